package org.owlore.examples.model;

import java.nio.file.Path;
import org.owlore.graph.LanguageModel;
import org.owlore.huggingface.HuggingFaceCheckpoint;
import org.owlore.precision.StorageType;

/** A Hugging Face checkpoint directory. */
record HuggingFaceModel(HuggingFaceCheckpoint checkpoint) implements ModelFile {

  @Override
  public String description() {
    return "Hugging Face checkpoint, " + checkpoint.config().architecture();
  }

  @Override
  public Path folder() {
    return checkpoint.directory();
  }

  @Override
  public LanguageModel load(StorageType storage, LoadNotes notes) {
    if (checkpoint.isRoundedBy(storage)) {
      notes.note(
          "The weights of %s are rounded to %s in memory."
              .formatted(checkpoint.directory(), storage.label()));
    }
    return checkpoint.load(storage);
  }

  @Override
  public boolean isAlwaysCausal() {
    return true;
  }

  @Override
  public void requireSavable(Path target) {
    checkpoint.requireSavable(target);
  }

  @Override
  public Path save(LanguageModel model, Path target) {
    checkpoint.save(model, target);
    return target;
  }
}
