package org.owlore.examples.cli;

import org.owlore.graph.ModelInput;
import picocli.CommandLine.Option;

/** Mixin: how many rows go through the model at once. */
final class BatchSizeOption {
  private static final int DEFAULT = 16;

  @Option(
      names = "--batch-size",
      paramLabel = "ROWS",
      description =
          "Rows at a time (default: " + DEFAULT + ", or what the model takes if that is fixed).")
  private Integer rows;

  /**
   * The number of rows for a model.
   *
   * @throws IllegalArgumentException if the model fixes another one than was asked for
   */
  int rows(ModelInput input) {
    int fixed = input.fixedBatch();
    if (rows == null) {
      return fixed > 0 ? fixed : DEFAULT;
    }
    if (fixed > 0 && rows != fixed) {
      throw new IllegalArgumentException(
          "--batch-size is %d, but the model was exported for exactly %d rows: leave it out, or export the model with a dynamic batch."
              .formatted(rows, fixed));
    }
    return rows;
  }
}
