package org.owlore.onnx.weights;

import lombok.NonNull;
import onnx.Onnx.NodeProto;

/**
 * Where a trainable weight meets the activation.
 *
 * @param initializer name in the file
 * @param role what it does there
 * @param node the operation
 * @param offset of a table: what is added to positions before they are looked up
 */
record WeightUse(
    @NonNull String initializer, @NonNull Role role, @NonNull NodeProto node, long offset) {

  /** What a weight does. */
  enum Role {
    /** Rows are looked up by token ids. */
    TOKEN_TABLE("weight"),
    /** Rows are looked up by positions, token types or the like, and added. */
    OTHER_TABLE("weight"),
    /** Multiplies the activation as a matrix. */
    MATRIX("weight"),
    /** Multiplies the activation entry by entry. */
    SCALE("weight"),
    /** Is added to the activation. */
    BIAS("bias");

    private final String suffix;

    Role(String suffix) {
      this.suffix = suffix;
    }

    /** How PyTorch's modules call such a parameter. */
    String suffix() {
      return suffix;
    }
  }
}
