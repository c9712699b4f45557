/**
 * The CUDA device: the machine's own driver and libraries, called through JNA. The only place that
 * knows their functions.
 */
package org.owlore.cuda.driver;
