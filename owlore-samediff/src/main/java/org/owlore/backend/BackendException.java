package org.owlore.backend;

/** ND4J cannot compute here. */
public final class BackendException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * A failure to start.
   *
   * @param message one sentence: why, and what to do
   */
  public BackendException(String message) {
    super(message);
  }

  BackendException(String message, Throwable cause) {
    super(message, cause);
  }
}
