package org.owlore.huggingface;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import lombok.RequiredArgsConstructor;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The trainable variables of a graph under construction, made on first use. */
@RequiredArgsConstructor
final class Weights {
  private final SameDiff graph;
  private final WeightSource source;
  private final Map<String, List<Long>> shapes;

  /** The variable of that name, whose shape the configuration gives. */
  SDVariable get(String name) {
    if (graph.hasVariable(name)) {
      return graph.getVariable(name);
    }
    long[] shape = shapes.get(name).stream().mapToLong(Long::longValue).toArray();
    INDArray array = source.weight(name, shape);
    if (!Arrays.equals(array.shape(), shape)) {
      throw new CheckpointException(
          "Weight %s has shape %s, but config.json asks for %s."
              .formatted(name, Arrays.toString(array.shape()), Arrays.toString(shape)));
    }
    return graph.var(name, array);
  }

  /** Multiplies {@code [tokens, in]} by the matrix and adds the bias if there is one. */
  SDVariable linear(String outputName, SDVariable input, String module) {
    SDVariable weight = get(module + ".weight");
    if (!hasBias(module)) {
      return graph.mmul(outputName, input, weight, false, true, false);
    }
    SDVariable product = graph.mmul(input, weight, false, true, false);
    return product.add(outputName, get(module + ".bias"));
  }

  boolean hasBias(String module) {
    return shapes.containsKey(module + ".bias");
  }
}
