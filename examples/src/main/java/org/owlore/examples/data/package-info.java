/**
 * From files to batches: examples are read, put into words, tokenized, cut or packed into rows, and
 * handed to training as arrays.
 */
package org.owlore.examples.data;
