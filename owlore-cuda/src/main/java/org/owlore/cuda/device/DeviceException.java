package org.owlore.cuda.device;

/**
 * A device or one of its libraries is missing, unsuited, or failed. The message says what to do.
 */
public class DeviceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a sentence for the user. */
  public DeviceException(String message) {
    super(message);
  }

  /** With a sentence for the user and what lies behind it. */
  public DeviceException(String message, Throwable cause) {
    super(message, cause);
  }
}
