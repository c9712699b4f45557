package org.owlore.finetune;

import java.util.Map;
import lombok.NonNull;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.ModelInput;

/**
 * The placeholders of one training step. Off-heap; closed by whoever asked for it.
 *
 * @param placeholders placeholder name to array; all share the leading batch dimension
 * @param tokens how many tokens the batch feeds to the model, padding not counted
 * @param fillers how many of the last rows hold no data and only fill up a batch whose number of
 *     rows the model fixes; their labels are all ignored, and they do not count in scores
 */
public record Batch(@NonNull Map<String, INDArray> placeholders, long tokens, int fillers)
    implements AutoCloseable {

  /** Copies the map. */
  public Batch {
    placeholders = Map.copyOf(placeholders);
  }

  /**
   * A batch whose rows all hold data.
   *
   * @param placeholders placeholder name to array; all share the leading batch dimension
   * @param tokens how many tokens the batch feeds to the model, padding not counted
   */
  public Batch(@NonNull Map<String, INDArray> placeholders, long tokens) {
    this(placeholders, tokens, 0);
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

  /**
   * Checks that a model can read the batch.
   *
   * @throws IllegalArgumentException when there are too many tokens in a row, or not the number of
   *     rows or tokens that the model fixes
   */
  void requireFits(ModelInput input) {
    INDArray ids = require(LanguageModel.INPUT_IDS);
    long rows = ids.size(0);
    long length = ids.size(1);
    if (input.fixedBatch() > 0 && rows != input.fixedBatch()) {
      throw new IllegalArgumentException(
          "The batch has %d rows, but the model takes exactly %d: fill it up with rows whose labels are ignored."
              .formatted(rows, input.fixedBatch()));
    }
    if (length > input.maximumLength()) {
      throw new IllegalArgumentException(
          "The batch has rows of %d tokens, but the model reads %d at most: cut them."
              .formatted(length, input.maximumLength()));
    }
    if (input.fixedLength() && length != input.maximumLength()) {
      throw new IllegalArgumentException(
          "The batch has rows of %d tokens, but the model reads exactly %d: pad them."
              .formatted(length, input.maximumLength()));
    }
  }

  @Override
  public void close() {
    placeholders.values().stream().filter(INDArray::closeable).forEach(INDArray::close);
  }
}
