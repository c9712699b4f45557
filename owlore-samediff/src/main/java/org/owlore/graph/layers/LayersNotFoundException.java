package org.owlore.graph.layers;

/** No layers were found in a graph; the message says what was looked for and what to do. */
public final class LayersNotFoundException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  LayersNotFoundException(String message) {
    super(message);
  }
}
