/** Runs programs on a device: what is resident there, what goes in, what comes out. */
package org.owlore.cuda.execution;
