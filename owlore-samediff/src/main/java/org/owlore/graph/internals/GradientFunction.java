package org.owlore.graph.internals;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;

/** The gradient graph that SameDiff derives from a graph, with the faulty gradients repaired. */
public final class GradientFunction {
  private static final String NAME = "grad";

  /** The operations whose stock gradients are wrong. */
  private static final Map<String, Class<?>> REPAIRED =
      Map.of(
          "divide", RepairedDivide.class,
          "gather", RepairedGather.class,
          "sparse_softmax_cross_entropy_loss_with_logits", RepairedSparseCrossEntropy.class,
          "softmax", RepairedSoftMax.class,
          "Where", RepairedWhere.class,
          "select", RepairedSelect.class,
          "split_v", RepairedSplitV.class,
          "tensordot", RepairedTensorMmul.class,
          "log_softmax", RepairedLogSoftMax.class,
          "reduce_logsumexp", RepairedLogSumExp.class);

  private GradientFunction() {}

  /** Registers the repaired operations, for every graph of this process. */
  public static void repair() {
    REPAIRED.forEach(OpRegistry::replace);
  }

  /**
   * Forgets a gradient graph, so that it is made anew.
   *
   * @param graph the graph itself
   */
  public static void discard(SameDiff graph) {
    graph.setLossVariables(graph.getLossVariables().toArray(String[]::new));
  }

  /** Whether the gradient graph, if there is one, was made after {@link #repair}. */
  public static boolean isRepaired(SameDiff graph) {
    SameDiff existing = graph.getFunction(NAME);
    return existing == null
        || graph.getOps().keySet().stream()
            .map(name -> existing.getOps().get(name))
            .allMatch(GradientFunction::isRepaired);
  }

  private static boolean isRepaired(SameDiffOp operation) {
    Class<?> repaired = operation == null ? null : REPAIRED.get(operation.getOp().opName());
    return repaired == null || repaired.isInstance(operation.getOp());
  }

  /**
   * The gradient graph: the forward operations followed by the backward ones. Made when missing; it
   * shares the arrays of {@code graph}.
   */
  public static SameDiff of(SameDiff graph) {
    SameDiff existing = graph.getFunction(NAME);
    if (existing != null) {
      return existing;
    }
    repair();
    quietly(graph::createGradFunction);
    return graph.getFunction(NAME);
  }

  /**
   * Name of the gradient of a variable in the gradient graph, or null when the loss does not depend
   * on it.
   */
  public static String gradientName(SameDiff graph, String variable) {
    SDVariable gradient = of(graph).getVariable(variable).getGradient();
    return gradient == null ? null : gradient.name();
  }

  /** SameDiff prints a line for each operation that it differentiates; those lines are dropped. */
  private static void quietly(Runnable action) {
    PrintStream console = System.out;
    try (PrintStream silent =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      System.setOut(silent);
      action.run();
    } finally {
      System.setOut(console);
    }
  }
}
