/**
 * GaLore as DL4J's updater mechanism wants it: one updater for each layer, which knows the shapes
 * of the layer's parameters and keeps its state in the network's one flat array.
 */
package org.owlore.dl4j.lowrank;
