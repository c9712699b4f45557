package org.owlore.dl4j.lowrank;

import java.util.List;
import java.util.Map;
import lombok.EqualsAndHashCode;
import lombok.Getter;
import lombok.NonNull;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;
import org.owlore.galore.FlatGaLore;
import org.owlore.galore.GaLoreUpdater;

/**
 * GaLore for all parameters of one layer of a network. DL4J merges neighbouring parameters with
 * equal updaters into one block; since an updater of this kind names its layer, that is exactly the
 * layer, with one gradient and one state, both flat.
 *
 * <p>Part of a network's configuration, and saved with it. Made by {@link LayerBinding}.
 */
@Getter
@EqualsAndHashCode
public final class LayerGaLore implements IUpdater {
  private static final long serialVersionUID = 1L;

  /** The layer's name, or its number where it has none. */
  private final String layer;

  /** The layer's parameters as they lie in memory. */
  private final List<MatrixLayout> parameters;

  /** The constants of the formulas; changed by {@link #setLrAndSchedule} only. */
  private GaLoreUpdater settings;

  /** An updater as it was saved. */
  @JsonCreator
  public LayerGaLore(
      @JsonProperty("layer") @NonNull String layer,
      @JsonProperty("parameters") @NonNull List<MatrixLayout> parameters,
      @JsonProperty("settings") @NonNull GaLoreUpdater settings) {
    this.layer = layer;
    this.parameters = List.copyOf(parameters);
    this.settings = settings;
  }

  /** Numbers of the layer's parameters. */
  long parameterNumbers() {
    return parameters.stream().mapToLong(MatrixLayout::length).sum();
  }

  /** Numbers of state of one parameter. */
  long stateNumbers(MatrixLayout parameter) {
    return FlatGaLore.numbers(settings, parameter.getRows(), parameter.getColumns());
  }

  /**
   * Numbers of state of a parameter of some length. DL4J asks for each parameter by its length
   * alone and adds up. Parameters of one length may differ in state; each then counts as their
   * mean, rounded up, so that the sum is right, but for a number or two that stay unused.
   *
   * @param numParams length of a parameter, or of all parameters together
   * @return for another length, what plain AdamW takes, since it is a question from a report
   */
  @Override
  public long stateSize(long numParams) {
    if (numParams == parameterNumbers()) {
      return stateNumbers();
    }
    List<MatrixLayout> alike =
        parameters.stream().filter(parameter -> parameter.length() == numParams).toList();
    if (alike.isEmpty()) {
      return FlatGaLore.numbers(settings, numParams);
    }
    long together = alike.stream().mapToLong(this::stateNumbers).sum();
    return (together + alike.size() - 1) / alike.size();
  }

  /** Numbers of state of the layer, as DL4J adds them up. */
  private long stateNumbers() {
    return parameters.size() == 1
        ? stateNumbers(parameters.get(0))
        : parameters.stream().mapToLong(parameter -> stateSize(parameter.length())).sum();
  }

  /**
   * The optimizer of the layer.
   *
   * @param viewArray the layer's part of the network's updater state
   * @param initializeViewArray whether to start afresh
   * @throws IllegalStateException if the network is not the one that this updater was made for
   */
  @Override
  public LayerGradientUpdater instantiate(INDArray viewArray, boolean initializeViewArray) {
    long given = viewArray == null ? 0 : viewArray.length();
    if (given != stateNumbers()) {
      throw changed("%d numbers of state instead of %d".formatted(given, stateNumbers()));
    }
    return new LayerGradientUpdater(this, viewArray, initializeViewArray);
  }

  /** Says that the network is no more the one that this updater was made for. */
  IllegalStateException changed(String what) {
    return new IllegalStateException(
        "Layer \"%s\" has changed since GaLore was bound to it as %s (%s): call GaLore.bind(network, settings) again."
            .formatted(layer, parameters, what));
  }

  /**
   * Not supported: DL4J keeps its updaters' state in flat arrays.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public LayerGradientUpdater instantiate(
      Map<String, INDArray> updaterState, boolean initializeStateArrays) {
    throw LayerGradientUpdater.notNamed();
  }

  @Override
  public double getLearningRate(int iteration, int epoch) {
    return settings.getLearningRate(iteration, epoch);
  }

  @Override
  public boolean hasLearningRate() {
    return true;
  }

  /**
   * What {@code net.setLearningRate(..)} calls.
   *
   * @param lr the learning rate where there is no schedule
   * @param lrSchedule or null
   */
  @Override
  public void setLrAndSchedule(double lr, ISchedule lrSchedule) {
    GaLoreUpdater.GaLoreUpdaterBuilder changed =
        settings.toBuilder().learningRateSchedule(lrSchedule);
    settings = (lrSchedule == null ? changed.learningRate(lr) : changed).build();
  }

  @Override
  public LayerGaLore clone() {
    return new LayerGaLore(layer, parameters, settings.clone());
  }

  @Override
  public String toString() {
    return "GaLore of layer \"%s\" %s with %s".formatted(layer, parameters, settings);
  }
}
