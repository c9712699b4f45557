/**
 * From a training plan to a program: which arrays exist in memory, how they are stored, which
 * kernels make them, where they lie.
 */
package org.owlore.cuda.lowering;
