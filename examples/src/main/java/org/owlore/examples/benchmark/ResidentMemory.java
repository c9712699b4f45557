package org.owlore.examples.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** How much of the machine's memory a process occupies, where the system tells (Linux). */
final class ResidentMemory {
  private static final String LABEL = "VmRSS:";

  private ResidentMemory() {}

  /** Resident bytes of a process; empty on systems without {@code /proc}. */
  static OptionalLong of(long pid) {
    return from(Path.of("/proc", Long.toString(pid), "status"));
  }

  /** Resident bytes as a status file says them. */
  static OptionalLong from(Path status) {
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith(LABEL))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }
}
