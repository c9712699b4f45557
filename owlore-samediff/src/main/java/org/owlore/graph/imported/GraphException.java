package org.owlore.graph.imported;

/**
 * A graph that is no language model as far as can be seen; says in one sentence what is missing.
 */
public final class GraphException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  GraphException(String message) {
    super(message);
  }
}
