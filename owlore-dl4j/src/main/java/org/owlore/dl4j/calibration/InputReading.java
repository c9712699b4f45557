package org.owlore.dl4j.calibration;

import java.util.function.Consumer;

/** Reads from a layer's pass what a weight of it has multiplied. */
@FunctionalInterface
interface InputReading {

  /**
   * Shows the inputs of a weight, in one piece or in several.
   *
   * @param pass a batch
   * @param visitor sees pieces whose tokens together are those of the batch; what it sees is valid
   *     during the call only
   */
  void read(LayerPass pass, Consumer<Tokens> visitor);

  /** What reached the layer. */
  static InputReading ofLayer(ChannelAxis channels) {
    return (pass, visitor) -> {
      try (Tokens tokens = Tokens.of(pass.input(), channels, pass.inputMask())) {
        visitor.accept(tokens);
      }
    };
  }
}
