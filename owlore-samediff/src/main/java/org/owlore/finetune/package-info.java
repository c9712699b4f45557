/** The training methods, the fine-tuning loop and the listener for the stock SameDiff loop. */
package org.owlore.finetune;
