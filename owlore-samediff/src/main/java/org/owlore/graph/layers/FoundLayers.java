package org.owlore.graph.layers;

import java.util.List;
import lombok.NonNull;
import org.owlore.graph.LayerMap;

/**
 * The layers of a graph and how they were found.
 *
 * @param layers the map; correct a wrong guess with {@link LayerMap#toBuilder()}
 * @param evidence what told the layers apart
 * @param notes one sentence for each thing that a reader of the map should know
 */
public record FoundLayers(
    @NonNull LayerMap layers, @NonNull Evidence evidence, @NonNull List<String> notes) {

  /** What told the layers apart. */
  public enum Evidence {
    /** Numbers in the variables' names, as the usual families of models give them. */
    NAMES,
    /** Numbers that a user's pattern found in the variables' names. */
    PATTERN,
    /** The graph itself: blocks that repeat. */
    STRUCTURE
  }

  /** Copies the list. */
  public FoundLayers {
    notes = List.copyOf(notes);
  }
}
