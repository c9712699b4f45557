/**
 * GaLore: Adam in a low-rank subspace of the gradient, as an ND4J updater. Knows only arrays and
 * numbers.
 *
 * <p>{@link org.owlore.galore.GaLoreUpdater} is the configuration, {@link
 * org.owlore.galore.GaLoreGradientUpdater} the optimizer of one parameter. {@link
 * org.owlore.galore.SubspaceFinder} finds subspaces. The arithmetic ({@link
 * org.owlore.galore.Subspace} and the moments) knows nothing of how state is stored.
 */
package org.owlore.galore;
