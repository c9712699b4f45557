package org.owlore.galore;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A state that lives in an array given by others: the step counter, both moments, then the bases.
 * All of it is read there before each step, so whoever writes the array writes the state.
 */
final class FlatParameterState extends ParameterState {
  /** What |basis|^2 / r may be away from 1. Rounding makes up 1e-6 of it. */
  private static final double TOLERANCE = 1e-3;

  private final String parameter;
  private final INDArray memory;
  private final INDArray counter;
  private final INDArray basisMemory;
  private final AdamMoments momentViews;
  private final Subspace subspaceViews;
  private long taken = 1;

  FlatParameterState(GaLoreUpdater config, String parameter, INDArray memory, long... shape) {
    this.parameter = parameter;
    this.memory = memory;
    this.counter = memory.get(NDArrayIndex.interval(0, 1));
    this.shape = shape.clone();
    StateForm form = config.formOf(shape);
    long[] moments = form.lowRankShape(shape);
    momentViews = new AdamMoments(take(moments), take(moments));
    basisMemory =
        taken == memory.length() ? null : memory.get(NDArrayIndex.interval(taken, memory.length()));
    subspaceViews = basisMemory == null ? null : takeSubspace(form);
  }

  private Subspace takeSubspace(StateForm form) {
    INDArray left = form.side().hasLeft() ? take(shape[0], form.rank()) : null;
    INDArray right = form.side().hasRight() ? take(shape[1], form.rank()) : null;
    return new Subspace(left, right);
  }

  private INDArray take(long... shape) {
    long from = taken;
    taken += Arrays.stream(shape).reduce(1, Math::multiplyExact);
    return memory.get(NDArrayIndex.interval(from, taken)).reshape('c', shape);
  }

  /**
   * Reads the array.
   *
   * @throws DamagedStateException if it holds no state of GaLore
   */
  @Override
  void load() {
    double steps = countedSteps();
    if (!(steps >= 0 && steps == (double) (long) steps)) {
      throw new DamagedStateException(
          "The GaLore state of %s counts %s steps".formatted(parameter, steps));
    }
    step = (long) steps;
    moments = momentViews;
    subspace = step == 0 ? null : subspaceViews;
    if (subspace != null) {
      checkOrthonormal();
    }
  }

  /**
   * Through a copy of this one number: to read it where it lies, ND4J's CUDA backend would bring
   * the state of the whole network to the host.
   */
  private double countedSteps() {
    try (INDArray copy = counter.dup()) {
      return copy.getDouble(0);
    }
  }

  /** The squared norm tells an average of two bases, and nearly everything else, from a basis. */
  private void checkOrthonormal() {
    double directions = subspace.rank() * (subspace.side() == Side.BOTH ? 2.0 : 1.0);
    double squaredNorm = Nd4j.getBlasWrapper().dot(basisMemory, basisMemory);
    if (!(Math.abs(squaredNorm / directions - 1) <= TOLERANCE)) {
      throw new DamagedStateException(
          "The GaLore state of %s holds no orthonormal basis after %d steps (squared norm %s of %s directions)"
              .formatted(parameter, step, squaredNorm, Math.round(directions)));
    }
  }

  @Override
  void replaceSubspace(Subspace next) {
    try (next) {
      copy(next.left(), subspaceViews.left());
      copy(next.right(), subspaceViews.right());
    }
    subspace = subspaceViews;
  }

  private static void copy(INDArray from, INDArray to) {
    if (to != null) {
      to.assign(from);
    }
  }

  @Override
  void countStep() {
    super.countStep();
    counter.assign(step);
  }
}
