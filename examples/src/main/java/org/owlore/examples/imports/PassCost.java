package org.owlore.examples.imports;

/**
 * What a pass forward and backward takes, for all weights.
 *
 * @param seconds of the pass; compiling it is not counted
 * @param bytes for activations, gradients and temporaries; 0 where they are not known
 */
public record PassCost(double seconds, long bytes) {
  /** Of a pass that there was not. */
  static final PassCost NONE = new PassCost(0, 0);

  /** The cost of a pass that ends now. */
  static PassCost since(long startNanos, long bytes) {
    return new PassCost((System.nanoTime() - startNanos) / 1e9, bytes);
  }
}
