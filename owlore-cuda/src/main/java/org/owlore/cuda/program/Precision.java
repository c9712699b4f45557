package org.owlore.cuda.program;

import java.util.Locale;

/** What matrix products read and write. Sums, moments and updates are float32 with each. */
public enum Precision {
  /** float32 throughout. */
  FLOAT32,
  /** Stored as float32, of which tensor cores read the leading 19 bits (TF32). */
  TF32,
  /**
   * Operands and results of matrix products are bfloat16; residual sums, statistics of rows, loss
   * and gradients of weights stay float32.
   */
  BF16;

  /** The name on the command line. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
