package org.owlore.graph.internals;

import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.linalg.api.ops.impl.shape.Permute;

/** Permutations whose order is part of the operation rather than an input. */
public final class StaticPermute {
  private StaticPermute() {}

  /** The same node of the graph with a fixed order of axes. */
  public static DifferentialFunction of(DifferentialFunction original, int... order) {
    Permute permute = new Permute();
    permute.setSameDiff(original.getSameDiff());
    permute.setOwnName(original.getOwnName());
    permute.addIArgument(order);
    permute.configureFromArguments();
    return permute;
  }
}
