package org.owlore.graph;

import lombok.NonNull;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * A SameDiff graph of a language model with the names that training needs.
 *
 * <p>Placeholders: {@link #INPUT_IDS}, {@link #LABELS} and, where the graph has it, {@link
 * #ATTENTION_MASK}; see each constant.
 *
 * @param graph the SameDiff graph; its trainable weights are of type VARIABLE
 * @param layers which variables make up which layer
 * @param logits name of the output {@code [batch, sequence, vocabulary]}
 * @param loss name of the scalar loss: mean cross-entropy over the labels that are not ignored
 * @param input what the model can read at once
 * @param vocabularySize number of token ids
 */
public record LanguageModel(
    @NonNull SameDiff graph,
    @NonNull LayerMap layers,
    @NonNull String logits,
    @NonNull String loss,
    @NonNull ModelInput input,
    int vocabularySize) {

  /** Token ids, INT32 {@code [batch, sequence]}. */
  public static final String INPUT_IDS = "input_ids";

  /**
   * INT32 {@code [batch, sequence]}: 0 for padding, else the number (from 1) of the document a
   * token belongs to. A token sees earlier tokens of its own document only, so that several
   * documents can be packed in one row; an ordinary mask of zeros and ones is the case of one
   * document a row, and all that a graph knows whose {@link ModelInput#separatesDocuments()} is
   * false.
   */
  public static final String ATTENTION_MASK = "attention_mask";

  /**
   * INT32 {@code [batch, sequence]}: the id to be predicted at each position (already shifted), or
   * {@link #IGNORED_LABEL}.
   */
  public static final String LABELS = "labels";

  /** The label of positions that do not count in the loss. */
  public static final int IGNORED_LABEL = -100;
}
