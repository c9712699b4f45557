package org.owlore.dl4j.internals;

import java.lang.StackWalker.Option;
import java.lang.StackWalker.StackFrame;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.solvers.BaseOptimizer;

/**
 * Tells training from other uses of a backward pass. DL4J tells listeners of both, in the same
 * words: {@code calculateGradients(..)} and {@code computeGradientAndScore()} owe their callers the
 * gradients of every layer.
 */
public final class OptimizerCall {
  private static final StackWalker STACK = StackWalker.getInstance(Option.RETAIN_CLASS_REFERENCE);

  private OptimizerCall() {}

  /**
   * Whether an optimizer has asked for the gradients that are being computed on this thread:
   * whether it is what called the network whose listeners are called now. A listener that asks for
   * gradients in the middle of training is none.
   */
  public static boolean inProgress() {
    return STACK.walk(
        frames ->
            frames
                .map(StackFrame::getDeclaringClass)
                .dropWhile(caller -> !isNetwork(caller))
                .dropWhile(OptimizerCall::isNetwork)
                .findFirst()
                .filter(BaseOptimizer.class::isAssignableFrom)
                .isPresent());
  }

  private static boolean isNetwork(Class<?> caller) {
    return MultiLayerNetwork.class.isAssignableFrom(caller)
        || ComputationGraph.class.isAssignableFrom(caller);
  }
}
