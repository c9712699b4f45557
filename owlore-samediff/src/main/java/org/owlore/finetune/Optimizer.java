package org.owlore.finetune;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.galore.GaLoreGradientUpdater;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.galore.NonFiniteGradientException;
import org.owlore.precision.NarrowWeight;
import org.owlore.precision.RoundingNoise;

/** The optimizer state of every weight that has trained, and the update itself. */
final class Optimizer implements AutoCloseable {
  private final SameDiff graph;
  private final GaLoreUpdater updater;
  private final double weightDecay;
  private final Set<String> projected;
  private final NarrowUpdate narrowUpdate;
  private final long seed;
  private final Map<String, GaLoreGradientUpdater> states = new LinkedHashMap<>();
  private final Map<String, INDArray> masters = new LinkedHashMap<>();

  /**
   * An optimizer without state.
   *
   * @param graph holds the weights
   * @param projected the weights whose state is low-rank
   */
  Optimizer(SameDiff graph, FineTuneConfiguration configuration, Set<String> projected) {
    this.graph = graph;
    this.updater = configuration.updater();
    this.weightDecay = configuration.weightDecay();
    this.projected = Set.copyOf(projected);
    this.narrowUpdate = configuration.narrowUpdate();
    this.seed = configuration.seed();
  }

  /**
   * Updates a weight.
   *
   * @param gradient its gradient, which is overwritten
   * @throws TrainingException when the gradient is not finite, or a number becomes too large for
   *     how the weight is stored
   */
  void update(String variable, INDArray gradient, int step, int epoch) {
    INDArray weight = graph.getArrForVarName(variable);
    GaLoreGradientUpdater state = state(variable, weight);
    try {
      if (!NarrowWeight.isNarrow(weight)) {
        state.updateWeight(weight, gradient, weightDecay, step, epoch);
      } else if (narrowUpdate == NarrowUpdate.MASTERS) {
        INDArray master = masters.computeIfAbsent(variable, n -> weight.castTo(DataType.FLOAT));
        state.updateWeight(master, gradient, weightDecay, step, epoch);
        new NarrowWeight(weight).assign(master);
      } else {
        state.applyUpdater(gradient, step, epoch);
        double lost = updater.getLearningRate(step, epoch) * weightDecay;
        new NarrowWeight(weight).subtract(gradient, lost, RoundingNoise.of(seed, variable, step));
      }
    } catch (NonFiniteGradientException e) {
      throw new TrainingException(
          "Training stopped at step " + step + " in \"" + variable + "\": " + e.getMessage(), e);
    } catch (ArithmeticException e) {
      throw new TrainingException(
          "Training stopped at step %d in \"%s\": %s for its type, %s: try a smaller learning rate, or store the weights in a wider type."
              .formatted(step, variable, e.getMessage(), weight.dataType()),
          e);
    }
  }

  /** Releases the float32 copies of all weights that are not in the given set. */
  void dropMastersOfAllBut(Collection<String> variables) {
    Set<String> frozen = new HashSet<>(masters.keySet());
    frozen.removeAll(variables);
    frozen.forEach(variable -> masters.remove(variable).close());
  }

  /** Releases the state of all weights that are not in the given set. */
  void dropAllBut(Collection<String> variables) {
    Set<String> frozen = new HashSet<>(states.keySet());
    frozen.removeAll(variables);
    frozen.forEach(variable -> states.remove(variable).dropState());
  }

  /** Memory of all states and float32 copies, in bytes. */
  long bytes() {
    long ofStates = states.values().stream().mapToLong(GaLoreGradientUpdater::stateBytes).sum();
    long ofMasters =
        masters.values().stream().mapToLong(INDArray::length).sum() * DataType.FLOAT.width();
    return ofStates + ofMasters;
  }

  @Override
  public void close() {
    states.values().forEach(GaLoreGradientUpdater::dropState);
    states.clear();
    dropMastersOfAllBut(Set.of());
  }

  private GaLoreGradientUpdater state(String variable, INDArray weight) {
    return states.computeIfAbsent(variable, name -> fresh(name, weight));
  }

  private GaLoreGradientUpdater fresh(String variable, INDArray weight) {
    GaLoreGradientUpdater state = updater.forParameter(weight.shape());
    return projected.contains(variable) ? state : state.doNotProject();
  }
}
