package org.owlore.huggingface;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;
import lombok.AccessLevel;
import lombok.RequiredArgsConstructor;
import org.owlore.files.CheckpointException;

/**
 * A checkpoint directory being written: files gather in a hidden folder inside it and move into
 * place only when all are complete. Closing without {@link #commit()} leaves the directory as it
 * was.
 */
@RequiredArgsConstructor(access = AccessLevel.PRIVATE)
final class StagedDirectory implements AutoCloseable {
  private static final String STAGING = ".writing";

  private final Path target;
  private final boolean existed;
  private final Path staging;

  /**
   * Prepares a directory for writing.
   *
   * @param target absent, empty, or an earlier checkpoint, which will be replaced
   * @throws CheckpointException if it holds anything else
   */
  static StagedDirectory open(Path target) throws IOException {
    requireUsable(target);
    boolean existed = Files.exists(target);
    Path staging = target.resolve(STAGING);
    deleteTree(staging);
    Files.createDirectories(staging);
    return new StagedDirectory(target, existed, staging);
  }

  /**
   * Checks without writing anything that a checkpoint may be written to a directory.
   *
   * @throws CheckpointException if it holds anything but a checkpoint, or cannot be written
   */
  static void requireUsable(Path target) throws IOException {
    boolean exists = Files.exists(target);
    if (exists && !Files.isDirectory(target)) {
      throw new CheckpointException(target + " is a file: give a directory for the checkpoint.");
    }
    if (exists && !isEmpty(target) && !Files.exists(target.resolve(CheckpointFiles.CONFIG))) {
      throw new CheckpointException(
          target + " is neither empty nor a checkpoint: give another directory.");
    }
    Path above = target.toAbsolutePath();
    while (!Files.exists(above)) {
      above = above.getParent();
    }
    if (!Files.isDirectory(above) || !Files.isWritable(above)) {
      throw new CheckpointException(
          "The checkpoint %s cannot be written, because %s is no directory or is write-protected: give another directory."
              .formatted(target, above));
    }
  }

  /** Where the files are to be written. */
  Path path() {
    return staging;
  }

  /** Moves the files into place and removes weight files of an earlier checkpoint. */
  void commit() throws IOException {
    List<Path> stale = weightFiles(target);
    for (Path file : filesBelow(staging)) {
      Path place = target.resolve(staging.relativize(file));
      Files.createDirectories(place.getParent());
      Files.move(file, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      stale = stale.stream().filter(old -> !old.equals(place)).toList();
    }
    for (Path old : stale) {
      Files.deleteIfExists(old);
    }
  }

  @Override
  public void close() throws IOException {
    deleteTree(staging);
    if (!existed && isEmpty(target)) {
      Files.deleteIfExists(target);
    }
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.allMatch(file -> file.endsWith(STAGING));
    }
  }

  private static List<Path> weightFiles(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(CheckpointFiles::isWeightFile).toList();
    }
  }

  private static List<Path> filesBelow(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static void deleteTree(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, IOException failure)
              throws IOException {
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
