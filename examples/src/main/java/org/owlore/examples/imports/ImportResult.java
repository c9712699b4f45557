package org.owlore.examples.imports;

import java.util.List;
import lombok.NonNull;

/**
 * What a check of one import found.
 *
 * @param name of the case
 * @param outcome whether all was right
 * @param problems one sentence for each thing that is wrong, or why the case does not count
 * @param baked weights of the PyTorch model that the export holds as constants only
 * @param seconds to open and load the file
 * @param operations in the imported graph, with the loss
 * @param cost of a pass forward and backward over the first batch, with a training plan
 * @param logits largest difference of a logit, relative to the largest logit
 * @param gradients largest difference in a gradient, relative to its largest entry
 */
public record ImportResult(
    @NonNull String name,
    @NonNull Outcome outcome,
    @NonNull List<String> problems,
    @NonNull List<String> baked,
    double seconds,
    int operations,
    @NonNull PassCost cost,
    double logits,
    double gradients) {

  /** How a check ended. */
  public enum Outcome {
    /** All numbers and all layers are right. */
    RIGHT,
    /** The file was refused, or something is wrong. */
    WRONG,
    /** There is no export to be imported. */
    NOT_COUNTED
  }

  /** Copies the lists. */
  public ImportResult {
    problems = List.copyOf(problems);
    baked = List.copyOf(baked);
  }

  static ImportResult notCounted(ExportCase export) {
    String reason = export.status() + ": " + export.error();
    return new ImportResult(
        export.name(), Outcome.NOT_COUNTED, List.of(reason), List.of(), 0, 0, PassCost.NONE, 0, 0);
  }
}
