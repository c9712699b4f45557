package org.owlore.examples.model;

import java.nio.file.Path;
import java.util.List;
import lombok.RequiredArgsConstructor;
import org.owlore.graph.LanguageModel;
import org.owlore.precision.StorageType;

/** A model in one file that holds a graph and its weights. */
@RequiredArgsConstructor
final class GraphFile implements ModelFile {
  private final String description;
  private final Path path;
  private final Format format;

  /** What is particular to a format. */
  interface Format {
    /** How names of files end that can be written. */
    List<String> endings();

    /** Reads the model, and says what was done to it. */
    LanguageModel load(LoadNotes notes);

    /** Checks that a file may be written, beyond what holds for every format. */
    default void requireSavable(Path target) {}

    /** Writes a file, whole or not at all. */
    void save(LanguageModel model, Path target);
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public Path folder() {
    return path.toAbsolutePath().getParent();
  }

  @Override
  public LanguageModel load(StorageType storage, LoadNotes notes) {
    if (storage != StorageType.FLOAT32) {
      throw new IllegalArgumentException(
          "%s is %s, whose weights are kept as float32 only: leave --weights %s out."
              .formatted(path, description, storage.label()));
    }
    return format.load(notes);
  }

  @Override
  public boolean isAlwaysCausal() {
    return false;
  }

  @Override
  public void requireSavable(Path target) {
    SavedFile saved = SavedFile.of(path, target);
    saved.requireEnding(description, format.endings());
    format.requireSavable(saved.requireWritable());
  }

  @Override
  public Path save(LanguageModel model, Path target) {
    SavedFile saved = SavedFile.of(path, target);
    format.save(model, saved.file());
    saved.copyCompanions();
    return saved.file();
  }
}
