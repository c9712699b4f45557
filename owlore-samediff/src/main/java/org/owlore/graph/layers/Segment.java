package org.owlore.graph.layers;

/**
 * The part of a graph between two neighbouring cut points.
 *
 * @param after position of the cut point that enters it
 * @param until position of the cut point that leaves it
 * @param signature equal for equal segments; see {@link Segments}
 * @param weights number of trainable numbers in it
 * @param isBranch whether a matrix is multiplied in it on a way that others bypass, as attention
 *     and feed-forward are by their skip connection
 */
record Segment(int after, int until, int signature, long weights, boolean isBranch) {}
