/** A training plan as a device runs it: kernels and matrix products over one piece of memory. */
package org.owlore.cuda.program;
