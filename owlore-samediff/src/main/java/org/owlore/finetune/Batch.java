package org.owlore.finetune;

import java.util.Map;
import lombok.NonNull;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The placeholders of one training step. Off-heap; closed by whoever asked for it.
 *
 * @param placeholders placeholder name to array; all share the leading batch dimension
 * @param tokens how many tokens the batch feeds to the model, padding not counted
 */
public record Batch(@NonNull Map<String, INDArray> placeholders, long tokens)
    implements AutoCloseable {

  /** Copies the map. */
  public Batch {
    placeholders = Map.copyOf(placeholders);
  }

  /**
   * One placeholder.
   *
   * @throws IllegalArgumentException when the batch does not have it
   */
  INDArray require(String name) {
    INDArray array = placeholders.get(name);
    if (array == null) {
      throw new IllegalArgumentException(
          "The batch has no array \"" + name + "\"; it has " + placeholders.keySet() + ".");
    }
    return array;
  }

  @Override
  public void close() {
    placeholders.values().stream().filter(INDArray::closeable).forEach(INDArray::close);
  }
}
