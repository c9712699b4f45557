/**
 * Which variables make up which layer, preparation and repair of a SameDiff graph, and the gradient
 * check.
 */
package org.owlore.graph;
