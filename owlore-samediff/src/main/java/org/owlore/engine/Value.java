package org.owlore.engine;

import lombok.NonNull;

/**
 * An array of a plan.
 *
 * @param type element type and shape
 * @param source where its memory is
 * @param root the array whose memory it shares (itself when it has its own)
 */
public record Value(@NonNull ArrayType type, @NonNull Source source, @NonNull String root) {

  /** Whether its memory is a slot of the workspace. */
  boolean inWorkspace() {
    return source == Source.WORKSPACE || source == Source.PLACEHOLDER;
  }

  /** Where an array's memory is. */
  public enum Source {
    /** A weight or constant of the graph: the graph's own array. */
    GRAPH,
    /** A value computed when the plan was compiled, owned by the plan. */
    CONSTANT,
    /** A slot of the workspace, filled from the caller's array. */
    PLACEHOLDER,
    /** A slot of the workspace, filled by a step. */
    WORKSPACE
  }
}
