package org.owlore.examples.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Shell scripts that behave like the PyTorch twin; {@code sh} is their interpreter. */
public final class FakeTwin {
  /** The program that runs them. */
  public static final String INTERPRETER = "sh";

  private FakeTwin() {}

  /** Takes 12.5 milliseconds for everything, and notes its arguments and requests in a file. */
  public static Path write(Path folder) throws IOException {
    Path notes = folder.resolve("notes");
    return script(
        folder,
        """
        echo "$@" > %1$s
        echo "torch 0.0 (fake)"
        while read line; do echo "$line" >> %1$s; echo 12.5; done
        """
            .formatted(notes));
  }

  /** What {@link #write} has noted: its arguments, then a line for each request. */
  public static Path notes(Path folder) {
    return folder.resolve("notes");
  }

  /** A twin that does something else. */
  public static Path script(Path folder, String text) throws IOException {
    return Files.writeString(folder.resolve("twin.sh"), text);
  }
}
