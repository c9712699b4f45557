package org.owlore.cuda.galore;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lombok.NonNull;
import org.owlore.cuda.device.Device;
import org.owlore.cuda.device.GrowingMemory;
import org.owlore.cuda.device.OutOfDeviceMemoryException;
import org.owlore.cuda.device.Place;
import org.owlore.cuda.kernel.NumberType;
import org.owlore.finetune.TrainingException;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.precision.RoundingNoise;

/**
 * The optimizer state of every weight that has trained, on a device, and the update itself: the
 * arithmetic of {@link GaLoreUpdater} with decoupled weight decay, W <- (1 - lr c)(W - u). State is
 * always float32. Weights of 16 bits are rounded at random as {@link
 * org.owlore.precision.NarrowWeight} does, bit for bit for equal updates.
 *
 * <p>A step is one {@link #beginStep}, which alone allocates and transfers, then one {@link
 * #update} for each variable, in any order. Updates are only asked for: failures are kept on the
 * device until {@link #requireFinite}. After the first one, no weight and no state changes any
 * more.
 *
 * <p>Subspaces are found on the device by the steps of the updater's finder, from the same Gaussian
 * matrix, but in float32 throughout and with Gram matrices in place of QR decompositions: singular
 * vectors whose singular value is below about 3e-4 of the largest are not told apart, so that a
 * gradient whose r-th singular value is smaller still may lose the last directions to smaller ones.
 *
 * <p>Not thread-safe. Closing releases all memory.
 */
public final class DeviceOptimizer implements AutoCloseable {
  private final Device device;
  private final GaLoreUpdater updater;
  private final double weightDecay;
  private final Set<String> projected;
  private final long seed;
  private final SubspaceSearch.Factory searches;
  private final UpdateKernels kernels;
  private final Status status;
  private final ScalarBuffer scalars;
  private final GrowingMemory scratch;
  private final List<Variable> variables = new ArrayList<>();
  private final Map<String, Trained> states = new LinkedHashMap<>();
  private final Map<String, Integer> positions = new HashMap<>();
  private boolean steady;

  /** The state of a variable, and how it is updated. */
  private record Trained(VariableState state, VariableUpdate update) {}

  /**
   * An optimizer without state.
   *
   * @param updater the settings; its finder must be one of {@link
   *     org.owlore.galore.SubspaceFinder}'s own
   * @param weightDecay c, decoupled, at least 0
   * @param projected the variables whose state is low-rank, if they are matrices with both sides
   *     above the rank
   * @param seed of the noise that decides rounding
   * @throws IllegalArgumentException when the decay is negative, or the device cannot find
   *     subspaces as the updater asks
   */
  public DeviceOptimizer(
      @NonNull Device device,
      @NonNull GaLoreUpdater updater,
      double weightDecay,
      @NonNull Set<String> projected,
      long seed) {
    this(device, updater, weightDecay, projected, seed, new Searches(device, updater));
  }

  /** With searches of one's own, which are taken over. */
  DeviceOptimizer(
      Device device,
      GaLoreUpdater updater,
      double weightDecay,
      Set<String> projected,
      long seed,
      SubspaceSearch.Factory searches) {
    if (!(weightDecay >= 0) || Double.isInfinite(weightDecay)) {
      throw new IllegalArgumentException(
          "The weight decay must be a number of at least 0, but is " + weightDecay + ".");
    }
    this.device = device;
    this.updater = updater;
    this.weightDecay = weightDecay;
    this.projected = Set.copyOf(projected);
    this.seed = seed;
    this.searches = searches;
    this.kernels = new UpdateKernels(updater, new Kernels());
    this.status = new Status(device);
    this.scalars = new ScalarBuffer(device);
    this.scratch = new GrowingMemory(device);
  }

  /**
   * An int32 number that says whether this step may change anything: 1 at first. Whoever computes
   * the loss makes it 0, on the device and before the first update, when the loss is not finite.
   */
  public Place guard() {
    return status.guard();
  }

  /**
   * Begins a step: takes the memory that is missing, brings back what was offloaded, and sends the
   * numbers of all variables in one transfer.
   *
   * @param trained the shape of each variable that trains in this step; in the same order each time
   *     for the same launches
   * @param step of training, for the learning rate and the noise of rounding
   * @param epoch of training, for the learning rate
   * @throws OutOfDeviceMemoryException when there is not enough; no variable may be updated then
   *     until another call succeeds
   * @throws IllegalArgumentException when a variable has another shape than before
   */
  public void beginStep(@NonNull Map<String, long[]> trained, int step, int epoch) {
    positions.clear();
    double learningRate = updater.getLearningRate(step, epoch);
    List<Scalars> numbers = new ArrayList<>();
    long work = GrowingMemory.ALIGNMENT;
    long held = bytes() + workBytes();
    steady = true;
    for (Map.Entry<String, long[]> entry : trained.entrySet()) {
      Trained variable = trained(entry.getKey(), entry.getValue());
      VariableState state = variable.state;
      state.load();
      boolean refreshes = refreshes(state);
      steady &= !refreshes;
      work = Math.max(work, variable.update.scratchBytes(refreshes));
      numbers.add(scalars(state, learningRate, step));
    }
    scratch.atLeast(work);
    scalars.send(numbers);
    for (String name : trained.keySet()) {
      positions.put(name, positions.size());
    }
    steady &= held == bytes() + workBytes();
  }

  /**
   * Whether the step that has begun asks the device for just what the last step with the same
   * variables asked for, on the same memory: no subspace is searched, and nothing was allocated.
   */
  public boolean isSteady() {
    return steady;
  }

  /** Counts a step whose updates the device repeated by itself instead of being asked for each. */
  public void countRepeatedStep() {
    positions.keySet().forEach(variable -> states.get(variable).state.countStep());
  }

  /**
   * Asks the device to update a weight. Allocates nothing, transfers nothing and waits for nothing;
   * at a refresh the device's {@link Device#decompose} may.
   *
   * @param variable one of those of {@link #beginStep}
   * @param weight of the variable's shape, row by row
   * @param weightType FLOAT32, BFLOAT16 or FLOAT16
   * @param gradient float32, of the variable's shape, row by row; overwritten or not
   * @throws IllegalStateException when the step has not begun with this variable
   * @throws IllegalArgumentException when the weight's type is none of real numbers
   */
  public void update(
      @NonNull String variable,
      @NonNull Place weight,
      @NonNull NumberType weightType,
      @NonNull Place gradient) {
    Integer position = positions.get(variable);
    if (position == null) {
      throw new IllegalStateException(
          "\"%s\" is not among the %d variables of this step: name it in beginStep(..)."
              .formatted(variable, positions.size()));
    }
    if (weightType.getKind() != NumberType.Kind.REAL) {
      throw new IllegalArgumentException(
          "The weight \"%s\" must be of real numbers, but is %s.".formatted(variable, weightType));
    }
    Trained trained = states.get(variable);
    StepPlaces places = new StepPlaces(scratch.start(), status.place(), scalars.of(position));
    trained.update.run(weight, weightType, gradient, places, refreshes(trained.state));
    trained.state.countStep();
  }

  /**
   * Waits for the device and looks whether all was well so far.
   *
   * @throws TrainingException when the guard was 0, a gradient was not finite, or a number became
   *     too large for its weight's type: the first such, as the host's optimizer tells it; nothing
   *     has changed since
   */
  public void requireFinite() {
    startCheck().run();
  }

  /** Forgets what has gone wrong: weights and gradients may be others by now. */
  public void forgetFailures() {
    status.reset();
  }

  /**
   * Looks whether all was well so far, without waiting for the device.
   *
   * @return to be run once: waits for the answer and throws as {@link #requireFinite} does
   */
  public Runnable startCheck() {
    return status.ask(variables::get);
  }

  /** Releases the state of all variables that are not in the given set; they forget their steps. */
  public void dropAllBut(@NonNull Set<String> kept) {
    Set<String> dropped = new HashSet<>(states.keySet());
    dropped.removeAll(kept);
    for (String variable : dropped) {
      states.remove(variable).state.close();
      positions.remove(variable);
    }
  }

  /**
   * Moves the state of all variables that are not in the given set to pinned memory of the host. It
   * comes back by itself when they train again.
   */
  public void offloadAllBut(@NonNull Set<String> kept) {
    Set<String> offloaded = new HashSet<>(states.keySet());
    offloaded.removeAll(kept);
    for (String variable : offloaded) {
      states.get(variable).state.offload();
      positions.remove(variable);
    }
  }

  /** Bytes of state on the device: {@link GaLoreUpdater#stateNumbers} in float32 each. */
  public long bytes() {
    return states.values().stream().mapToLong(trained -> trained.state.bytes()).sum();
  }

  /** Bytes of state in pinned memory of the host. */
  public long offloadedBytes() {
    return states.values().stream().mapToLong(trained -> trained.state.offloadedBytes()).sum();
  }

  /** Bytes on the device that all variables share and work in. */
  public long workBytes() {
    return scratch.bytes() + scalars.bytes() + status.bytes() + searches.bytes();
  }

  @Override
  public void close() {
    dropAllBut(Set.of());
    scratch.close();
    scalars.close();
    status.close();
    searches.close();
  }

  private boolean refreshes(VariableState state) {
    return state.isProjected() && state.getSteps() % updater.getRefreshInterval() == 0;
  }

  private Trained trained(String name, long... shape) {
    Trained trained = states.computeIfAbsent(name, key -> fresh(key, shape));
    long[] former = trained.state.getVariable().shape();
    if (!Arrays.equals(former, shape)) {
      throw new IllegalArgumentException(
          "The variable \"%s\" had shape %s, but now has shape %s: drop its state first."
              .formatted(name, Arrays.toString(former), Arrays.toString(shape)));
    }
    return trained;
  }

  private Trained fresh(String name, long... shape) {
    Variable variable = new Variable(name, shape.clone());
    variables.add(variable);
    boolean isProjected = projected.contains(name) && updater.projects(shape);
    VariableState state =
        new VariableState(device, variables.size() - 1, variable, updater, isProjected);
    return new Trained(state, isProjected ? projectedUpdate(state) : plainUpdate(state));
  }

  private VariableUpdate plainUpdate(VariableState state) {
    return new PlainUpdate(device, state, kernels);
  }

  private VariableUpdate projectedUpdate(VariableState state) {
    LowRank sizes = state.getSizes();
    Refresh refresh = new Refresh(device, sizes, searches.of(sizes), kernels);
    return new ProjectedUpdate(device, state, kernels, refresh);
  }

  private Scalars scalars(VariableState state, double learningRate, int step) {
    long steps = state.getSteps();
    double lost = learningRate * weightDecay;
    double rate =
        state.isProjected()
            ? learningRate
                * updater.biasCorrection(updater.stepsOfMoments(steps))
                * updater.getScale()
            : learningRate * updater.biasCorrection(steps);
    return Scalars.builder()
        .rate((float) rate)
        .kept((float) (1 - lost))
        .lost((float) lost)
        .meanWeight((float) (1 - Math.pow(updater.getBeta1(), steps)))
        .squareWeight((float) (1 - Math.pow(updater.getBeta2(), steps)))
        .variable(state.getNumber())
        .step(step)
        .ownSteps((int) steps)
        .noise(RoundingNoise.of(seed, state.getVariable().name(), step).getKey())
        .build();
  }
}
