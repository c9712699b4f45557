package org.owlore.finetune;

/** Training cannot go on: the message says what happened, where, and what to do. */
public class TrainingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a message for the user. */
  public TrainingException(String message) {
    super(message);
  }

  /** With a message for the user and what caused it. */
  public TrainingException(String message, Throwable cause) {
    super(message, cause);
  }
}
