package org.owlore.galore;

import java.util.Arrays;
import java.util.Map;
import lombok.Getter;
import lombok.NonNull;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;

/**
 * The GaLore AdamW state of one parameter; see {@link GaLoreUpdater} for the formulas.
 *
 * <p>Steps are counted here, one per {@link #applyUpdater}: a parameter that is frozen for a while
 * goes on where it stopped. Moments and bases are off-heap arrays of the gradient's type (float32
 * for 16-bit gradients), allocated at the first step and released by {@link #dropState}.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class GaLoreGradientUpdater implements GradientUpdater<GaLoreUpdater> {
  @Getter private final GaLoreUpdater config;
  private ParameterState state;

  GaLoreGradientUpdater(GaLoreUpdater config, ParameterState state) {
    this.config = config;
    take(state);
  }

  /**
   * Says, before the first step, that this parameter takes plain AdamW whatever its shape, as
   * embeddings, norms and heads do in the GaLore paper. Saved with the state.
   *
   * @return this
   * @throws IllegalStateException if the parameter has been projected already
   */
  public GaLoreGradientUpdater doNotProject() {
    if (state.subspace != null) {
      throw new IllegalStateException(
          "A parameter of shape %s has done %d projected steps and cannot turn to plain AdamW: call doNotProject() before its first step, or dropState() first."
              .formatted(Arrays.toString(state.shape), state.step));
    }
    state.projecting = false;
    return this;
  }

  /**
   * Whether this parameter is projected.
   *
   * @throws IllegalStateException if nothing has told the parameter's shape yet
   */
  public boolean isProjected() {
    if (state.shape == null) {
      throw new IllegalStateException(
          "The shape of the parameter is not known before setStateViewArray(..) or its first step.");
    }
    return state.projecting && config.projects(state.shape);
  }

  /** Steps this parameter has done. */
  public long step() {
    return state.step;
  }

  /** Bytes of moments and bases; 0 before the first step. */
  public long stateBytes() {
    return state.bytes();
  }

  /** Forgets all steps and releases the memory; whether the parameter may be projected stays. */
  public void dropState() {
    state.close();
  }

  /**
   * The state as named arrays, for saving. Moments and bases are the live arrays.
   *
   * @return never empty, so that a parameter without any step survives saving, too
   */
  @Override
  public Map<String, INDArray> getState() {
    return state.toArrays();
  }

  /**
   * Goes on from a saved state instead of the present one.
   *
   * @param stateMap what {@link #getState} gave; its arrays are taken over
   * @param initialize without effect
   * @throws IllegalArgumentException if the arrays are not such a state, or not of this rank
   */
  @Override
  public void setState(@NonNull Map<String, INDArray> stateMap, boolean initialize) {
    take(ParameterState.restore(stateMap));
  }

  /**
   * Tells the parameter's shape.
   *
   * @param viewArray null, since the updater asks for no state ahead
   * @param gradientShape the parameter's shape
   * @param gradientOrder without effect
   * @param initialize whether to forget all steps
   */
  @Override
  public void setStateViewArray(
      INDArray viewArray, @NonNull long[] gradientShape, char gradientOrder, boolean initialize) {
    checkNoView(viewArray);
    if (initialize) {
      state.close();
    }
    state.shape = gradientShape.clone();
  }

  /**
   * Turns a gradient into the update that is to be subtracted from the parameter, in place.
   *
   * @param gradient of the parameter's shape; any strides
   * @param iteration of the training loop, for the learning-rate schedule only
   * @param epoch of the training loop, for the learning-rate schedule only
   * @throws NonFiniteGradientException if the gradient holds NaN or infinity; nothing has changed
   * @throws IllegalArgumentException if the gradient is not of the parameter's shape
   * @throws IllegalStateException if nothing has told the shape and the gradient is one row, as
   *     those of a Deeplearning4j network are
   */
  @Override
  public void applyUpdater(@NonNull INDArray gradient, int iteration, int epoch) {
    checkShape(gradient);
    double learningRate = config.getLearningRate(iteration, epoch);
    state.load();
    try (MemoryWorkspace none = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      DataType type = gradient.dataType();
      if (type == DataType.FLOAT || type == DataType.DOUBLE) {
        update(gradient, learningRate);
      } else {
        try (INDArray converted = gradient.castTo(DataType.FLOAT)) {
          update(converted, learningRate);
          gradient.assign(converted);
        }
      }
    }
  }

  /**
   * Does a whole step on a weight: W <- (1 - lr c)(W - u), where u is what {@link #applyUpdater}
   * would give and c the weight decay. The two apart read and write more memory.
   *
   * @param weight FLOAT or DOUBLE, of the parameter's shape; changed
   * @param gradient of the weight's type and shape; overwritten or not
   * @param decay c, decoupled weight decay
   * @param iteration of the training loop, for the learning-rate schedule only
   * @param epoch of the training loop, for the learning-rate schedule only
   * @throws NonFiniteGradientException if the gradient holds NaN or infinity; nothing has changed
   * @throws IllegalArgumentException if the gradient is not of the parameter's shape, or not of the
   *     weight's type
   */
  public void updateWeight(
      @NonNull INDArray weight,
      @NonNull INDArray gradient,
      double decay,
      int iteration,
      int epoch) {
    checkShape(gradient);
    checkLike(weight, gradient);
    double learningRate = config.getLearningRate(iteration, epoch);
    double kept = 1 - learningRate * decay;
    state.load();
    try (MemoryWorkspace none = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      if (isProjected()) {
        updateProjected(gradient, -kept * learningRate, weight, kept);
      } else {
        startPlain(gradient);
        state.moments.move(
            weight,
            kept,
            gradient,
            learningRate * config.biasCorrection(state.step),
            config.getBeta1(),
            config.getBeta2(),
            config.getEpsilon());
      }
      state.countStep();
    }
  }

  private void update(INDArray gradient, double learningRate) {
    if (isProjected()) {
      updateProjected(gradient, learningRate, gradient, 0);
    } else {
      startPlain(gradient);
      step(gradient, learningRate * config.biasCorrection(state.step));
    }
    state.countStep();
  }

  private void startPlain(INDArray gradient) {
    checkFinite(gradient);
    state.startMoments(gradient.dataType(), gradient.ordering(), gradient.shape());
  }

  /** target = keep * target + learningRate * update. */
  private void updateProjected(
      INDArray gradient, double learningRate, INDArray target, double keep) {
    if (state.step % config.getRefreshInterval() == 0) {
      refresh(gradient);
    }
    try (INDArray lowRank = state.subspace.project(gradient)) {
      checkFinite(lowRank);
      state.startMoments(lowRank.dataType(), 'c', lowRank.shape());
      step(lowRank, 1);
      double rate =
          learningRate
              * config.biasCorrection(config.stepsOfMoments(state.step))
              * config.getScale();
      state.subspace.projectBack(lowRank, rate, target, keep);
    }
  }

  private void step(INDArray gradient, double rate) {
    state.moments.step(gradient, rate, config.getBeta1(), config.getBeta2(), config.getEpsilon());
  }

  private void refresh(INDArray gradient) {
    checkFinite(gradient);
    Side side = config.formOf(state.shape).side();
    Subspace former = state.subspace;
    Subspace next = config.getSubspaceFinder().find(gradient, side, config.getRank(), former);
    if (former != null) {
      carryOver(former, next);
    }
    state.replaceSubspace(next);
  }

  private void carryOver(Subspace former, Subspace next) {
    switch (config.getMomentsAtRefresh()) {
      case RESET -> state.moments.reset();
      case REPROJECT -> {
        try (MomentRotation rotation = MomentRotation.between(former, next)) {
          rotation.apply(state.moments, state.step, config.getBeta1(), config.getBeta2());
        }
      }
      default -> {} // KEEP
    }
  }

  private void take(ParameterState other) {
    if (other.moments != null && other.shape != null) {
      StateForm actual = StateForm.of(other.subspace);
      StateForm expected = other.projecting ? config.formOf(other.shape) : StateForm.PLAIN;
      if (!actual.equals(expected)) {
        throw new IllegalArgumentException(
            "The saved state of a parameter of shape %s is %s, but the updater wants %s: go on with the saved settings, or without the saved state."
                .formatted(Arrays.toString(other.shape), actual, expected));
      }
    }
    state = other;
  }

  private void checkShape(INDArray gradient) {
    if (state.shape == null) {
      checkIsParameter(gradient);
      state.shape = gradient.shape().clone();
    } else if (!Arrays.equals(state.shape, gradient.shape())) {
      throw new IllegalArgumentException(
          "The gradient has shape %s but its parameter has shape %s."
              .formatted(Arrays.toString(gradient.shape()), Arrays.toString(state.shape)));
    }
  }

  /** DL4J's networks give an updater the gradients of whole layers in one row. */
  private static void checkIsParameter(INDArray gradient) {
    if (gradient.rank() == 1) {
      throw new IllegalStateException(
          "A gradient of %d numbers in one row was given to a GaLore updater that was never told a shape, and may be that of many matrices: bind a MultiLayerNetwork or ComputationGraph with GaLore.bind(network, settings) of owlore-dl4j; tell the shape in a loop of your own."
              .formatted(gradient.length()));
    }
  }

  private static void checkLike(INDArray weight, INDArray gradient) {
    boolean computed = weight.dataType() == DataType.FLOAT || weight.dataType() == DataType.DOUBLE;
    if (!computed
        || weight.dataType() != gradient.dataType()
        || !Arrays.equals(weight.shape(), gradient.shape())) {
      throw new IllegalArgumentException(
          "A %s weight of shape %s cannot take a %s gradient of shape %s: both must be FLOAT or DOUBLE and alike."
              .formatted(
                  weight.dataType(),
                  Arrays.toString(weight.shape()),
                  gradient.dataType(),
                  Arrays.toString(gradient.shape())));
    }
  }

  private void checkFinite(INDArray array) {
    if (!isFinite(array)) {
      throw new NonFiniteGradientException(state.shape, state.step);
    }
  }

  /** Whether an array holds neither NaN nor infinity. */
  static boolean isFinite(INDArray array) {
    return Double.isFinite(absoluteSum(array));
  }

  /**
   * Through BLAS where the memory is contiguous: several times faster than the native reduction.
   */
  private static double absoluteSum(INDArray array) {
    boolean contiguous =
        Arrays.equals(array.stride(), Nd4j.getStrides(array.shape(), array.ordering()));
    return contiguous && array.length() > 1
        ? Nd4j.getBlasWrapper().asum(array.reshape(array.ordering(), new long[] {array.length()}))
        : array.sumNumber().doubleValue();
  }

  static void checkNoView(INDArray viewArray) {
    if (viewArray != null) {
      throw new IllegalArgumentException(
          "GaLore keeps its own state, but was given a view of %d numbers: ask stateSize(..), which is 0."
              .formatted(viewArray.length()));
    }
  }
}
