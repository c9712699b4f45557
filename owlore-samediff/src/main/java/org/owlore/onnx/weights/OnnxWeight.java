package org.owlore.onnx.weights;

import lombok.NonNull;

/**
 * A trainable weight of an ONNX file.
 *
 * <p>An exporter that folds constants renames weights and stores what it computed from them: the
 * transpose of a linear layer's matrix, or one plus the weight of a Gemma norm.
 *
 * @param name as PyTorch calls it, recovered from the node that uses the weight where the exporter
 *     renamed it; the name of the variable in the imported graph
 * @param initializer as the file calls it
 * @param transposed whether the file holds the transpose of PyTorch's array; the variable does not
 * @param offset what the exporter added to PyTorch's numbers; 0 except for folded Gemma norms
 * @param tiedTo the weight of whose variable this one is a copy, e.g. a tied head of the embedding;
 *     its own name when it has a variable of its own
 */
public record OnnxWeight(
    @NonNull String name,
    @NonNull String initializer,
    boolean transposed,
    double offset,
    @NonNull String tiedTo) {

  /** Whether it has no variable of its own. */
  public boolean isTied() {
    return !tiedTo.equals(name);
  }
}
