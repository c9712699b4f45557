/** Measurements of speed. */
package org.owlore.examples.benchmark;
