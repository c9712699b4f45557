/**
 * Finds which variables of any SameDiff graph make up which layer: by their names, by a pattern, or
 * from the graph itself. Nothing is executed.
 */
package org.owlore.graph.layers;
