package org.owlore.files;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import lombok.NonNull;

/** Writes files that are either there as a whole or not at all. */
public final class StagedFile {
  private static final String STAGING = ".writing";

  private StagedFile() {}

  /**
   * Writes a file, in place of an older one if there is one: first beside it, then synced, then
   * moved there. Folders above it are made. When writing fails, the older file is as before.
   *
   * @param target the file
   * @param content writes all of it
   * @throws IOException if the file cannot be written
   */
  public static void write(@NonNull Path target, @NonNull Content content) throws IOException {
    Path place = target.toAbsolutePath();
    Path staged = place.resolveSibling(place.getFileName() + STAGING);
    Files.createDirectories(place.getParent());
    try {
      try (FileChannel channel = FileChannel.open(staged, CREATE, TRUNCATE_EXISTING, WRITE)) {
        content.write(channel);
        channel.force(true);
      }
      Files.move(staged, place, ATOMIC_MOVE, REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(staged);
    }
  }

  /** Writes the bytes of a file. */
  @FunctionalInterface
  public interface Content {
    /**
     * Writes everything, from the start.
     *
     * @param channel of the new file
     * @throws IOException if that fails
     */
    void write(FileChannel channel) throws IOException;
  }
}
