package org.owlore.examples.imports;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import lombok.NonNull;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.graph.LanguageModel;

/**
 * What PyTorch computes for one batch.
 *
 * @param inputs the model's inputs and the labels, INT32 {@code [batch, sequence]}
 * @param logits {@code [batch, sequence, vocabulary]}; they mean nothing where the label is {@link
 *     LanguageModel#IGNORED_LABEL}
 * @param loss mean cross-entropy over the other positions
 * @param gradients gradient of the loss for each weight, by its PyTorch name
 */
record Reference(
    @NonNull Map<String, INDArray> inputs,
    @NonNull INDArray logits,
    double loss,
    @NonNull Map<String, INDArray> gradients)
    implements AutoCloseable {
  private static final String GRADIENT = "grad__";

  /** Reads what {@code export_matrix.py} wrote. */
  static Reference read(@NonNull Path file) {
    Map<String, INDArray> arrays = NumpyArchive.read(file);
    INDArray logits = require(arrays, "logits", file);
    try (INDArray loss = require(arrays, "loss", file)) {
      Map<String, INDArray> inputs = new TreeMap<>();
      Map<String, INDArray> gradients = new TreeMap<>();
      arrays.forEach(
          (name, array) -> {
            if (name.startsWith(GRADIENT)) {
              gradients.put(name.substring(GRADIENT.length()), array);
            } else {
              inputs.put(name, array);
            }
          });
      return new Reference(inputs, logits, loss.getDouble(0), gradients);
    }
  }

  private static INDArray require(Map<String, INDArray> arrays, String name, Path file) {
    INDArray array = arrays.remove(name);
    if (array == null) {
      throw new IllegalArgumentException(
          file + " has no array \"" + name + "\"; make it again with export_matrix.py.");
    }
    return array;
  }

  /** Whether the logits of a position mean something. */
  boolean counts(long row, long position) {
    return inputs.get(LanguageModel.LABELS).getInt((int) row, (int) position)
        != LanguageModel.IGNORED_LABEL;
  }

  /** The largest entry of any gradient, without its sign. */
  double largestGradient() {
    return gradients.values().stream()
        .mapToDouble(g -> g.amaxNumber().doubleValue())
        .max()
        .orElse(0);
  }

  @Override
  public void close() {
    Stream.of(inputs.values().stream(), Stream.of(logits), gradients.values().stream())
        .flatMap(arrays -> arrays)
        .forEach(INDArray::close);
  }
}
