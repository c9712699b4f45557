/** Reading transformers that Keras saved, which the stock import of Deeplearning4j cannot. */
package org.owlore.examples.keras;
