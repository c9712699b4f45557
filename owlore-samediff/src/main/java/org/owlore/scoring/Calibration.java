package org.owlore.scoring;

/** What every metric asks of the calibration data. */
final class Calibration {
  private Calibration() {}

  /** Refuses an activation of which no token was seen that counts. */
  static void requireTokens(String activation, long tokens) {
    if (tokens == 0) {
      throw new IllegalArgumentException(
          "The forward pass showed no token of the activation "
              + activation
              + ": the calibration data is empty or all padding, or the layer map names a variable that the model does not compute.");
    }
  }
}
