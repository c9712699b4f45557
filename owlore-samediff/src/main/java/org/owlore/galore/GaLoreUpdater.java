package org.owlore.galore;

import java.util.Map;
import java.util.stream.LongStream;
import lombok.Builder;
import lombok.NonNull;
import lombok.Value;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * GaLore AdamW (Zhao et al., arXiv:2403.03507): Adam whose moments live in the subspace of the
 * gradient's first singular vectors. For a gradient G [m, n] and rank r, every {@code
 * refreshInterval} of a parameter's own steps the first left singular vectors P or right ones Q are
 * found; then, on the left side for example,
 *
 * <pre>
 * R = P^T G
 * M = beta1 M + (1 - beta1) R
 * V = beta2 V + (1 - beta2) R^2
 * W = W - lr sqrt(1 - beta2^t) / (1 - beta1^t) * scale * P (M / (sqrt(V) + epsilon))
 * </pre>
 *
 * <p>A matrix takes min(m, n) r + 2 max(m, n) r numbers of state with {@link Projection#STD},
 * against 2 m n for Adam. Parameters that are no matrix, and matrices with min(m, n) <= r, take
 * plain AdamW: the same formulas without projection and without the scale. Weight decay is apart:
 * {@link DecoupledWeightDecay}.
 *
 * <p>An immutable configuration for the stock {@code sd.fit} as much as for a loop of one's own.
 * State is allocated at a parameter's first step, so a parameter that is never trained takes none.
 */
@Value
public class GaLoreUpdater implements IUpdater {
  private static final long serialVersionUID = 1L;

  /** Learning rate where there is no schedule; default 3e-4. */
  double learningRate;

  /** Learning rate by iteration and epoch of the training loop, or null; default null. */
  ISchedule learningRateSchedule;

  /** Dimensions r of the subspace; default 128. */
  int rank;

  /** Steps of a parameter between two searches for its subspace; default 200. */
  int refreshInterval;

  /** Factor alpha on the update of a projected matrix; default 1. */
  double scale;

  /** Decay of the first moment; default 0.9. */
  double beta1;

  /** Decay of the second moment; default 0.999. */
  double beta2;

  /** What is added to the root of the second moment; default 1e-6. */
  double epsilon;

  /** Which side is projected; default {@link Projection#STD}. */
  Projection projection;

  /** How subspaces are found; default {@link SubspaceFinder#automatic} with seed 0. */
  SubspaceFinder subspaceFinder;

  /** What becomes of the moments at a refresh; default {@link MomentsAtRefresh#KEEP}. */
  MomentsAtRefresh momentsAtRefresh;

  @JsonCreator
  @Builder(toBuilder = true)
  private GaLoreUpdater(
      @JsonProperty("learningRate") double learningRate,
      @JsonProperty("learningRateSchedule") ISchedule learningRateSchedule,
      @JsonProperty("rank") int rank,
      @JsonProperty("refreshInterval") int refreshInterval,
      @JsonProperty("scale") double scale,
      @JsonProperty("beta1") double beta1,
      @JsonProperty("beta2") double beta2,
      @JsonProperty("epsilon") double epsilon,
      @JsonProperty("projection") @NonNull Projection projection,
      @JsonProperty("subspaceFinder") @NonNull SubspaceFinder subspaceFinder,
      @JsonProperty("momentsAtRefresh") @NonNull MomentsAtRefresh momentsAtRefresh) {
    check(learningRate >= 0 && isFinite(learningRate), "learning rate", "at least 0", learningRate);
    check(rank >= 1, "rank", "at least 1", rank);
    check(refreshInterval >= 1, "refresh interval", "at least 1 step", refreshInterval);
    check(scale > 0 && isFinite(scale), "scale", "above 0", scale);
    check(beta1 >= 0 && beta1 < 1, "beta1", "at least 0 and below 1", beta1);
    check(beta2 >= 0 && beta2 < 1, "beta2", "at least 0 and below 1", beta2);
    check(epsilon > 0 && isFinite(epsilon), "epsilon", "above 0", epsilon);
    this.learningRate = learningRate;
    this.learningRateSchedule = learningRateSchedule;
    this.rank = rank;
    this.refreshInterval = refreshInterval;
    this.scale = scale;
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
    this.projection = projection;
    this.subspaceFinder = subspaceFinder;
    this.momentsAtRefresh = momentsAtRefresh;
  }

  private static boolean isFinite(double value) {
    return Math.abs(value) <= Double.MAX_VALUE;
  }

  private static void check(boolean good, String what, String wanted, Number actual) {
    if (!good) {
      throw new IllegalArgumentException(
          "The %s of GaLore must be %s, but is %s.".formatted(what, wanted, actual));
    }
  }

  /**
   * A fresh optimizer for one parameter, for loops of one's own.
   *
   * @param shape of the parameter
   */
  public GaLoreGradientUpdater forParameter(@NonNull long... shape) {
    return new GaLoreGradientUpdater(this, ParameterState.fresh(shape));
  }

  /** Whether a parameter of this shape is projected: a matrix with both sides above the rank. */
  public boolean projects(@NonNull long... shape) {
    return shape.length == 2 && Math.min(shape[0], shape[1]) > rank;
  }

  /**
   * What the bias of the moments asks of a learning rate: sqrt(1 - beta2^t) / (1 - beta1^t).
   *
   * @param stepsBefore t - 1, the steps since the moments were zero
   */
  public double biasCorrection(long stepsBefore) {
    return AdamMoments.biasCorrection(stepsBefore + 1, beta1, beta2);
  }

  /**
   * Steps since the moments of a projected parameter were last zero.
   *
   * @param steps that the parameter has done
   */
  public long stepsOfMoments(long steps) {
    return momentsAtRefresh == MomentsAtRefresh.RESET ? steps % refreshInterval : steps;
  }

  /** The kind of state that a parameter of this shape has if it may be projected. */
  StateForm formOf(long... shape) {
    return projects(shape)
        ? new StateForm(projection.side(shape[0], shape[1]), rank)
        : StateForm.PLAIN;
  }

  /** Numbers of optimizer state that a parameter of this shape holds once it is trained. */
  public long stateNumbers(@NonNull long... shape) {
    if (!projects(shape)) {
      return 2 * LongStream.of(shape).reduce(1, Math::multiplyExact);
    }
    long r = rank;
    return switch (projection.side(shape[0], shape[1])) {
      case LEFT -> r * (shape[0] + 2 * shape[1]);
      case RIGHT -> r * (shape[1] + 2 * shape[0]);
      case BOTH -> r * (shape[0] + shape[1] + 2 * r);
    };
  }

  /** Always 0, so that training loops allocate no state ahead: each parameter keeps its own. */
  @Override
  public long stateSize(long numParams) {
    return 0;
  }

  /**
   * A fresh optimizer for one parameter.
   *
   * @param viewArray null, since {@link #stateSize} is 0
   * @param initializeViewArray without effect
   */
  @Override
  public GaLoreGradientUpdater instantiate(INDArray viewArray, boolean initializeViewArray) {
    GaLoreGradientUpdater.checkNoView(viewArray);
    return new GaLoreGradientUpdater(this, ParameterState.unknown());
  }

  /**
   * An optimizer that goes on from a saved state.
   *
   * @param updaterState what {@link GaLoreGradientUpdater#getState} gave; its arrays are taken over
   * @param initializeStateArrays without effect
   */
  @Override
  public GaLoreGradientUpdater instantiate(
      @NonNull Map<String, INDArray> updaterState, boolean initializeStateArrays) {
    return new GaLoreGradientUpdater(this, ParameterState.restore(updaterState));
  }

  @Override
  public double getLearningRate(int iteration, int epoch) {
    return learningRateSchedule == null
        ? learningRate
        : learningRateSchedule.valueAt(iteration, epoch);
  }

  @Override
  public boolean hasLearningRate() {
    return true;
  }

  /**
   * Not supported: the configuration is immutable.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public void setLrAndSchedule(double lr, ISchedule lrSchedule) {
    throw new UnsupportedOperationException(
        "GaLoreUpdater never changes: make another with toBuilder().learningRate(..).build().");
  }

  @Override
  public GaLoreUpdater clone() {
    return learningRateSchedule == null
        ? toBuilder().build()
        : toBuilder().learningRateSchedule(learningRateSchedule.clone()).build();
  }

  /** Builds a validated {@link GaLoreUpdater}; {@code build()} names the first bad value. */
  public static class GaLoreUpdaterBuilder {
    private double learningRate = 3e-4;
    private int rank = 128;
    private int refreshInterval = 200;
    private double scale = 1;
    private double beta1 = 0.9;
    private double beta2 = 0.999;
    private double epsilon = 1e-6;
    private Projection projection = Projection.STD;
    private SubspaceFinder subspaceFinder = SubspaceFinder.automatic(0);
    private MomentsAtRefresh momentsAtRefresh = MomentsAtRefresh.KEEP;
  }
}
