package org.owlore.examples.imports;

import java.util.Map;
import java.util.stream.Stream;
import lombok.NonNull;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a graph computes for one batch.
 *
 * @param logits {@code [batch, sequence, vocabulary]}
 * @param loss the scalar loss
 * @param gradients of the loss, by variable
 * @param cost what it took
 */
record Computed(
    @NonNull INDArray logits,
    double loss,
    @NonNull Map<String, INDArray> gradients,
    @NonNull PassCost cost)
    implements AutoCloseable {

  @Override
  public void close() {
    Stream.concat(Stream.of(logits), gradients.values().stream()).forEach(INDArray::close);
  }
}
