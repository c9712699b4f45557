package org.owlore.huggingface;

/**
 * A checkpoint that cannot be read or written. The message is one sentence: what is wrong, where,
 * and what was expected.
 */
public final class CheckpointException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CheckpointException(String message) {
    super(message);
  }

  CheckpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
