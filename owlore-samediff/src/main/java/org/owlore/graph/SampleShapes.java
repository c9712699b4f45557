package org.owlore.graph;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import lombok.NonNull;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Shapes of a graph's arrays. Those of activations, which SameDiff does not keep, are found by
 * running the graph on a small batch of zeros, in which free dimensions are 2, 3, 5 and 7 by their
 * position.
 */
public final class SampleShapes {
  private static final long[] FREE = {2, 3, 5, 7};

  private final SameDiff graph;

  /** Shapes of a graph, which is run but not changed. */
  public SampleShapes(@NonNull SameDiff graph) {
    this.graph = graph;
  }

  /** The shape of an array, or nothing if the graph does not run. */
  public Optional<long[]> of(String name) {
    SDVariable variable = graph.getVariable(name);
    if (variable.getVariableType() != VariableType.ARRAY && variable.getArr() != null) {
      return Optional.of(variable.getArr().shape());
    }
    try {
      return Optional.of(graph.outputSingle(batch(), name).shape());
    } catch (RuntimeException e) {
      // The stock session throws whatever an operation throws; the caller says what is missing.
      return Optional.empty();
    }
  }

  private Map<String, INDArray> batch() {
    Map<String, INDArray> batch = new LinkedHashMap<>();
    for (String input : graph.inputs()) {
      SDVariable placeholder = graph.getVariable(input);
      long[] shape = placeholder.placeholderShape();
      if (shape == null || shape.length == 0) {
        throw new IllegalStateException("Placeholder \"" + input + "\" has no shape.");
      }
      batch.put(input, Nd4j.zeros(placeholder.dataType(), filled(shape)));
    }
    return batch;
  }

  private static long[] filled(long[] shape) {
    long[] filled = Arrays.copyOf(shape, shape.length);
    for (int axis = 0; axis < shape.length; axis++) {
      filled[axis] = shape[axis] < 0 ? FREE[Math.min(axis, FREE.length - 1)] : shape[axis];
    }
    return filled;
  }
}
