/** Frozen TensorFlow graphs, read through the importer inside nd4j-api and written back. */
package org.owlore.tensorflow;
