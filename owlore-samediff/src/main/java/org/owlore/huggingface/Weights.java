package org.owlore.huggingface;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import lombok.RequiredArgsConstructor;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.files.CheckpointException;
import org.owlore.precision.NarrowWeight;
import org.owlore.precision.StorageType;

/** The trainable variables of a graph under construction, made on first use. */
@RequiredArgsConstructor
final class Weights {
  private final SameDiff graph;
  private final WeightSource source;
  private final Map<String, List<Long>> shapes;
  private final StorageType storage;

  /** The variable of that name as it is stored; the configuration gives its shape. */
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
    return graph.var(name, stored(array, storage.dataType(shape)));
  }

  private static INDArray stored(INDArray array, DataType type) {
    if (array.dataType() == type) {
      return array;
    }
    INDArray stored = Nd4j.createUninitialized(type, array.shape(), 'c');
    try (array) {
      new NarrowWeight(stored).assign(array);
    }
    return stored;
  }

  /** The weight as it is computed with: a narrow one is cast, which is what the plan does again. */
  SDVariable computed(String name) {
    SDVariable stored = get(name);
    if (stored.dataType() == DataType.FLOAT) {
      return stored;
    }
    String computed = name + ".computed";
    return graph.hasVariable(computed)
        ? graph.getVariable(computed)
        : stored.castTo(computed, DataType.FLOAT);
  }

  /** Looks up rows of a matrix, of which only those are cast. */
  SDVariable rows(String outputName, String name, SDVariable indices) {
    SDVariable stored = get(name);
    return stored.dataType() == DataType.FLOAT
        ? graph.gather(outputName, stored, indices, 0)
        : graph.gather(stored, indices, 0).castTo(outputName, DataType.FLOAT);
  }

  /** Multiplies {@code [tokens, in]} by the matrix and adds the bias if there is one. */
  SDVariable linear(String outputName, SDVariable input, String module) {
    SDVariable weight = computed(module + ".weight");
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
