/** How the learning rate runs over a fine-tuning. */
package org.owlore.examples.learningrate;
