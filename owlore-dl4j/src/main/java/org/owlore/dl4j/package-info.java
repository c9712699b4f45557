/** The layer sampler and GaLore for {@code MultiLayerNetwork} and {@code ComputationGraph}. */
package org.owlore.dl4j;
