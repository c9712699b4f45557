/** Fine-tuning on a device: the loop's steps as programs and updates there. */
package org.owlore.cuda.training;
