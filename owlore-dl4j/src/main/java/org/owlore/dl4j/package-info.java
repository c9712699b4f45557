/**
 * The layer sampler and GaLore for {@code MultiLayerNetwork} and {@code ComputationGraph}; empty so
 * far.
 */
package org.owlore.dl4j;
