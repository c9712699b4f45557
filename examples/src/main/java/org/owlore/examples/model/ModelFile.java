package org.owlore.examples.model;

import java.nio.file.Path;
import org.owlore.graph.LanguageModel;
import org.owlore.precision.StorageType;

/** A model as it lies on disk, in the format it came in. */
public interface ModelFile {

  /** What the file is, for people. */
  String description();

  /** The folder where a tokenizer and a configuration may lie. */
  Path folder();

  /**
   * Reads the model.
   *
   * @param storage as what the matrices lie in memory
   * @param notes hears of what was done to the model on the way
   * @return a new graph, which owns its weights
   * @throws IllegalArgumentException if the format knows no such storage
   */
  LanguageModel load(StorageType storage, LoadNotes notes);

  /** Whether the format holds none but models whose tokens see no later ones. */
  boolean isAlwaysCausal();

  /**
   * Checks without writing anything that {@link #save} may write there: to be called before a long
   * training rather than to lose it.
   *
   * @throws RuntimeException with one sentence if it may not
   */
  void requireSavable(Path target);

  /**
   * Writes the file with the weights of a model, whole or not at all.
   *
   * @param model what {@link #load} gave, perhaps trained
   * @param target see {@link #requireSavable}
   * @return what was written: the target, or the file in it
   */
  Path save(LanguageModel model, Path target);
}
