package org.owlore.engine;

import java.util.List;
import java.util.Map;
import lombok.NonNull;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A graph for one set of input shapes: simple operations in execution order, and the type of every
 * array.
 *
 * @param nodes what is computed, in order
 * @param types type of each array that a node reads or makes
 * @param constants arrays that the lowering computed, to be closed by the owner
 */
record LoweredGraph(
    @NonNull List<Node> nodes,
    @NonNull Map<String, ArrayType> types,
    @NonNull Map<String, INDArray> constants) {}
