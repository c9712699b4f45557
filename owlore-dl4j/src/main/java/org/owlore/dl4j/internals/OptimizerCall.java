package org.owlore.dl4j.internals;

import java.lang.StackWalker.Option;
import java.lang.StackWalker.StackFrame;
import org.deeplearning4j.optimize.solvers.BaseOptimizer;

/**
 * Tells training from other uses of a backward pass. DL4J tells listeners of both, in the same
 * words: {@code calculateGradients(..)} and {@code computeGradientAndScore()} owe their callers the
 * gradients of every layer.
 */
public final class OptimizerCall {
  private static final StackWalker STACK = StackWalker.getInstance(Option.RETAIN_CLASS_REFERENCE);

  private OptimizerCall() {}

  /** Whether an optimizer has asked for the gradients that are being computed on this thread. */
  public static boolean inProgress() {
    return STACK.walk(
        frames ->
            frames
                .map(StackFrame::getDeclaringClass)
                .anyMatch(BaseOptimizer.class::isAssignableFrom));
  }
}
