/** Kernels and attentions as CUDA C++ that needs nothing but its compiler. */
package org.owlore.cuda.source;
