/**
 * GaLore: Adam in a low-rank subspace of the gradient, as an ND4J updater. Knows only arrays and
 * numbers.
 */
package org.owlore.galore;
