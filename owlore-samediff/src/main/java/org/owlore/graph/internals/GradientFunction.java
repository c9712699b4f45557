package org.owlore.graph.internals;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** The gradient graph that SameDiff derives from a graph, with the faulty gradients repaired. */
public final class GradientFunction {
  private static final String NAME = "grad";

  private GradientFunction() {}

  /** Registers the repaired operations, for every graph of this process. */
  public static void repair() {
    OpRegistry.replace("divide", RepairedDivide.class);
    OpRegistry.replace("gather", RepairedGather.class);
    OpRegistry.replace(
        "sparse_softmax_cross_entropy_loss_with_logits", RepairedSparseCrossEntropy.class);
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
