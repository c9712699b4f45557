/**
 * Device kernels as plain data: what is computed for each element of a space, without a word of how
 * a machine does it.
 */
package org.owlore.cuda.kernel;
