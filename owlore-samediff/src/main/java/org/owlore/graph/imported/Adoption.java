package org.owlore.graph.imported;

import java.util.List;
import lombok.NonNull;
import org.owlore.graph.LanguageModel;

/**
 * A graph that became a language model.
 *
 * @param model the model; its graph is the one that was given, changed in place
 * @param notes one sentence for each thing that was done to the graph or found out about it, but
 *     for repairs
 * @param repaired one sentence for each operation that was repaired, as {@link
 *     org.owlore.graph.GraphPreparation} does it
 */
public record Adoption(
    @NonNull LanguageModel model, @NonNull List<String> notes, @NonNull List<String> repaired) {

  /** Copies the lists. */
  public Adoption {
    notes = List.copyOf(notes);
    repaired = List.copyOf(repaired);
  }
}
