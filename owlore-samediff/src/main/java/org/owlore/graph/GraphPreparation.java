package org.owlore.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import lombok.NonNull;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.BaseReduceOp;
import org.owlore.graph.internals.GradientFunction;

/**
 * Makes a SameDiff graph train correctly in Deeplearning4j 1.0.0-M2.1.
 *
 * <ul>
 *   <li>The gradients of {@code gather} (every embedding), of {@code
 *       sparse_softmax_cross_entropy_loss_with_logits} and of {@code divide} by a single number are
 *       replaced by right ones.
 *   <li>Reductions over a negative axis, which are wrong forward and backward, get the positive
 *       axis where the rank is known and are refused elsewhere.
 *   <li>Operations whose gradient is missing or wrong are refused, by name.
 * </ul>
 *
 * <p>Preparing twice changes nothing. To see for yourself, run {@link GradientCheck}.
 */
public final class GraphPreparation {
  private static final Map<String, String> WITHOUT_GRADIENT =
      Map.of(
          "Where", "write it as a sum of products with a 0/1 mask",
          "select", "write it as a sum of products with a 0/1 mask",
          "split_v", "use slice or stridedSlice for each part",
          "tensordot", "reshape to a matrix and use mmul",
          "tensormmul", "reshape to a matrix and use mmul",
          "log_softmax", "use log(softmax(x))",
          "reduce_logsumexp", "use log of the sum of exp");

  private final SameDiff graph;
  private final List<String> repaired = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();

  private GraphPreparation(SameDiff graph) {
    this.graph = graph;
  }

  /**
   * What a preparation did.
   *
   * @param repaired one sentence for each operation that was changed
   */
  public record Report(@NonNull List<String> repaired) {

    /** Copies the list. */
    public Report {
      repaired = List.copyOf(repaired);
    }
  }

  /**
   * Prepares a graph in place. A gradient function that was made before is dropped, and so made
   * anew when it is needed.
   *
   * @throws UnsupportedOperationException when the graph has operations whose gradient is wrong and
   *     cannot be repaired; the message names them and what to use instead
   */
  public static Report prepare(@NonNull SameDiff graph) {
    return new GraphPreparation(graph).run();
  }

  private Report run() {
    GradientFunction.repair();
    for (SameDiffOp operation : graph.getOps().values()) {
      String advice = WITHOUT_GRADIENT.get(operation.getOp().opName());
      if (advice != null && inLoss(operation)) {
        refused.add(describe(operation) + " has no right gradient: " + advice);
      }
      if (operation.getOp() instanceof BaseReduceOp reduction) {
        repairAxes(operation, reduction);
      }
    }
    if (!refused.isEmpty()) {
      throw new UnsupportedOperationException(String.join("; ", refused) + ".");
    }
    if (!repaired.isEmpty() || !GradientFunction.isRepaired(graph)) {
      GradientFunction.discard(graph);
    }
    return new Report(repaired);
  }

  /** Whether a floating-point result of the operation is read by another one or is the loss. */
  private boolean inLoss(SameDiffOp operation) {
    return operation.getOutputsOfOp().stream()
        .map(graph::getVariable)
        .anyMatch(output -> output.dataType().isFPType());
  }

  private void repairAxes(SameDiffOp operation, BaseReduceOp reduction) {
    INDArray axes = reduction.dimensions();
    if (axes == null || axes.isEmpty()) {
      return;
    }
    int[] given = axes.toIntVector();
    if (Arrays.stream(given).allMatch(axis -> axis >= 0)) {
      return;
    }
    SDVariable input = graph.getVariable(operation.getInputsToOp().get(0));
    long[] shape = input.getShape();
    if (shape == null) {
      refused.add(
          describe(operation)
              + " reduces over axis "
              + Arrays.toString(given)
              + ": give the axis counted from the front");
      return;
    }
    int[] positive =
        Arrays.stream(given).map(axis -> axis < 0 ? axis + shape.length : axis).toArray();
    reduction.setDimensions(positive);
    repaired.add(describe(operation) + ": axis " + Arrays.toString(given) + " counted from front");
  }

  private static String describe(SameDiffOp operation) {
    return "Operation \""
        + operation.getOp().opName()
        + "\" (node \""
        + operation.getName()
        + "\")";
  }
}
