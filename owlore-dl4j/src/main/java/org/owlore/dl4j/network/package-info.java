/**
 * What a {@code MultiLayerNetwork} and a {@code ComputationGraph} have in common for us: layers
 * with parameters in one order, and three flat arrays behind them.
 */
package org.owlore.dl4j.network;
