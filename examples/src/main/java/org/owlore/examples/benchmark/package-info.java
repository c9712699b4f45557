/** Measurements of the library on synthetic data of real sizes. */
package org.owlore.examples.benchmark;
