package org.owlore.examples.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;

/**
 * Where a model of one file is written to.
 *
 * @param source the file that the model came from
 * @param file the file to write
 * @param intoFolder whether a folder was asked for, which also gets tokenizer and configuration
 */
record SavedFile(Path source, Path file, boolean intoFolder) {
  private static final List<String> COMPANIONS =
      List.of(
          "config.json",
          "generation_config.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json");

  /**
   * Understands a target.
   *
   * @param target a file, or a folder: one that exists, or a name without an ending
   */
  static SavedFile of(Path source, Path target) {
    boolean folder =
        Files.isDirectory(target)
            || !Files.exists(target) && !target.getFileName().toString().contains(".");
    return new SavedFile(source, folder ? target.resolve(source.getFileName()) : target, folder);
  }

  /**
   * Checks that the file's name tells its format, so that it is known again when it is read.
   *
   * @param description what the model is
   * @param endings how names of such files end, in lower case
   * @throws IllegalArgumentException if it ends in none of them
   */
  void requireEnding(String description, List<String> endings) {
    if (endings.stream().noneMatch(ending -> endsIn(file, ending))) {
      throw new IllegalArgumentException(
          "--out %s is no name for %s: end it in %s, or give a folder."
              .formatted(file, description, enumerated(endings)));
    }
  }

  /** Whether a name ends so, in upper or lower case. */
  static boolean endsIn(Path file, String ending) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(ending);
  }

  private static String enumerated(List<String> endings) {
    int last = endings.size() - 1;
    return last == 0
        ? endings.get(0)
        : String.join(", ", endings.subList(0, last)) + " or " + endings.get(last);
  }

  /**
   * Checks that the file may be written.
   *
   * @return the file
   * @throws IllegalArgumentException if it is the source, or its place is write-protected
   */
  Path requireWritable() {
    if (isSource()) {
      throw new IllegalArgumentException(
          "--out %s is where the model comes from: give another file.".formatted(file));
    }
    Path above = file.toAbsolutePath().getParent();
    while (!Files.exists(above)) {
      above = above.getParent();
    }
    if (!Files.isDirectory(above) || !Files.isWritable(above)) {
      throw new IllegalArgumentException(
          "--out %s cannot be written, because %s is no folder or is write-protected."
              .formatted(file, above));
    }
    return file;
  }

  private boolean isSource() {
    try {
      return Files.exists(file) && Files.isSameFile(file, source);
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be read.".formatted(file), e);
    }
  }

  /** Copies what a tokenizer needs beside the file, if a folder was asked for. */
  void copyCompanions() {
    if (!intoFolder) {
      return;
    }
    try {
      for (String name : COMPANIONS) {
        Path companion = source.toAbsolutePath().resolveSibling(name);
        if (Files.isRegularFile(companion)) {
          Files.copy(companion, file.resolveSibling(name), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "%s is written, but not what lies beside %s: %s.".formatted(file, source, e.getMessage()),
          e);
    }
  }
}
