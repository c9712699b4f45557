package org.owlore.graph;

import java.util.List;
import lombok.NonNull;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.ops.impl.controlflow.compat.BaseCompatOp;
import org.nd4j.linalg.api.ops.impl.shape.tensorops.BaseTensorOp;
import org.owlore.graph.internals.GradientFunction;

/**
 * Makes a SameDiff graph train correctly in Deeplearning4j 1.0.0-M2.1.
 *
 * <ul>
 *   <li>Operations whose gradient is wrong or missing get a right one: {@code gather} (every
 *       embedding), {@code sparse_softmax_cross_entropy_loss_with_logits}, {@code divide} by a
 *       single number, {@code where} and {@code select}, {@code split_v}, {@code log_softmax} and
 *       {@code logsumexp} along an axis, {@code tensordot} of an activation and a matrix.
 *   <li>Reductions over a negative axis, which are wrong forward and backward, get the positive
 *       axis, and the inputs of {@code where} are broadcast to one shape. Shapes that are not known
 *       are found by running the graph on a small batch of zeros.
 *   <li>What cannot be repaired is refused, by name: other contractions by {@code tensordot}, loops
 *       and branches.
 * </ul>
 *
 * <p>Preparing twice changes nothing. To see for yourself, run {@link GradientCheck}.
 */
public final class GraphPreparation {
  private GraphPreparation() {}

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
   * @param graph where it names its loss, only what the loss depends on is looked at
   * @throws UnsupportedOperationException when the graph has operations whose gradient is wrong and
   *     cannot be repaired; the message names them and what to use instead
   */
  public static Report prepare(@NonNull SameDiff graph) {
    GradientFunction.repair();
    List<String> losses = graph.getLossVariables();
    List<SameDiffOp> operations =
        losses.isEmpty() ? OperationOrder.of(graph) : OperationOrder.of(graph, losses);
    requireNoControlFlow(operations);
    OperationRepair repair = new OperationRepair(graph);
    operations.forEach(repair::repair);
    if (!repair.refused().isEmpty()) {
      throw new UnsupportedOperationException(String.join("; ", repair.refused()) + ".");
    }
    if (!repair.repaired().isEmpty() || !GradientFunction.isRepaired(graph)) {
      GradientFunction.discard(graph);
    }
    return new Report(repair.repaired());
  }

  /** Before anything else, because a graph with loops cannot be run to find out shapes. */
  private static void requireNoControlFlow(List<SameDiffOp> operations) {
    operations.stream()
        .filter(
            operation ->
                operation.getOp() instanceof BaseCompatOp
                    || operation.getOp() instanceof BaseTensorOp)
        .findFirst()
        .ifPresent(
            operation -> {
              throw new UnsupportedOperationException(
                  OperationRepair.describe(operation)
                      + " is control flow, which has no right gradient: SDVariable.get(..) makes"
                      + " such loops, use slice or stridedSlice instead; unroll any other loop.");
            });
  }
}
