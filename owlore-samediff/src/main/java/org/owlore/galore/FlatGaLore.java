package org.owlore.galore;

import java.util.Arrays;
import lombok.NonNull;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * GaLore AdamW of one parameter whose whole state, with the count of its steps, lives in an array
 * that belongs to somebody else, as the updater state of a Deeplearning4j network does. The array
 * is read at every step: it may be overwritten with a saved state at any time in between. Steps are
 * counted in the array's own type, float32 up to 16.7 million.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class FlatGaLore {
  private final String parameter;
  private final FlatParameterState state;
  private final GaLoreGradientUpdater updater;

  /**
   * Goes on from what the array holds; zeros are the state before the first step.
   *
   * @param config the formulas' constants
   * @param parameter what to call the parameter in messages
   * @param memory FLOAT or DOUBLE, {@code [numbers(config, shape)]}, contiguous; stays the caller's
   * @param shape of the parameter
   * @throws IllegalArgumentException if the array has another length or type
   */
  public FlatGaLore(
      @NonNull GaLoreUpdater config,
      @NonNull String parameter,
      @NonNull INDArray memory,
      @NonNull long... shape) {
    checkMemory(config, parameter, memory, shape);
    this.parameter = parameter;
    this.state = new FlatParameterState(config, parameter, memory, shape);
    this.updater = new GaLoreGradientUpdater(config, state);
  }

  /** Numbers of state of a parameter of this shape: its moments, its bases and its step counter. */
  public static long numbers(@NonNull GaLoreUpdater config, @NonNull long... shape) {
    return Math.addExact(config.stateNumbers(shape), 1);
  }

  /**
   * Turns a gradient into the update that is to be subtracted from the parameter, in place.
   *
   * @param gradient of the parameter's shape; any strides
   * @param iteration of the training loop, for the learning-rate schedule only
   * @param epoch of the training loop, for the learning-rate schedule only
   * @throws NonFiniteGradientException if the gradient holds NaN or infinity; nothing has changed
   * @throws DamagedStateException if the array holds no state any more; nothing has changed
   */
  public void applyUpdater(@NonNull INDArray gradient, int iteration, int epoch) {
    updater.applyUpdater(gradient, iteration, epoch);
  }

  /**
   * Checks a gradient ahead of the step, for those who do several steps or none.
   *
   * @throws NonFiniteGradientException if the gradient holds NaN or infinity
   */
  public void checkFinite(@NonNull INDArray gradient) {
    if (!GaLoreGradientUpdater.isFinite(gradient)) {
      throw new NonFiniteGradientException(parameter, state.shape, step());
    }
  }

  /**
   * Steps this parameter has done.
   *
   * @throws DamagedStateException if the array holds no state of this parameter
   */
  public long step() {
    state.load();
    return state.step;
  }

  private static void checkMemory(
      GaLoreUpdater config, String parameter, INDArray memory, long... shape) {
    long expected = numbers(config, shape);
    if (memory.rank() != 1 || memory.length() != expected) {
      throw new IllegalArgumentException(
          "The GaLore state of %s of shape %s takes %d numbers in one row, but was given an array of shape %s."
              .formatted(
                  parameter, Arrays.toString(shape), expected, Arrays.toString(memory.shape())));
    }
    DataType type = memory.dataType();
    if (type != DataType.FLOAT && type != DataType.DOUBLE) {
      throw new IllegalArgumentException(
          "The GaLore state of %s cannot live in a %s array, which is too coarse for it: make the network FLOAT or DOUBLE."
              .formatted(parameter, type));
    }
  }
}
