package org.owlore.files;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.nd4j.shade.jackson.core.JsonProcessingException;

/**
 * A checkpoint, or another file of weights, that cannot be read or written. The message is one
 * sentence: what is wrong, where, and what was expected. Names from a file stand in it with {@code
 * ?} for line breaks and other control characters.
 */
public final class CheckpointException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * A problem with what a file holds, or with what it is to hold.
   *
   * @param message one sentence
   */
  public CheckpointException(String message) {
    super(printable(message));
  }

  /**
   * A problem with what a file holds, or with what it is to hold.
   *
   * @param message one sentence
   * @param cause how it was noticed
   */
  public CheckpointException(String message, Throwable cause) {
    super(printable(message), cause);
  }

  /**
   * A file operation that failed.
   *
   * @param attempt what was tried, e.g. {@code Cannot read config.json}
   */
  public static CheckpointException of(String attempt, IOException cause) {
    return new CheckpointException(attempt + ": " + reason(cause) + ".", cause);
  }

  private static String printable(String message) {
    return message.replaceAll("\\p{Cntrl}", "?");
  }

  private static String reason(IOException cause) {
    if (cause instanceof NoSuchFileException missing) {
      return "there is no file " + missing.getFile();
    }
    if (cause instanceof AccessDeniedException denied) {
      return "access to " + denied.getFile() + " is denied";
    }
    if (cause instanceof JsonProcessingException malformed) {
      return "it is not valid JSON (" + malformed.getOriginalMessage().replace('\n', ' ') + ")";
    }
    return cause.getMessage();
  }
}
