package org.owlore.finetune;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.galore.DecoupledWeightDecay;
import org.owlore.galore.GaLoreGradientUpdater;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.galore.NonFiniteGradientException;

/** The optimizer state of every weight that has trained, and the update itself. */
final class Optimizer implements AutoCloseable {
  private final SameDiff graph;
  private final GaLoreUpdater updater;
  private final DecoupledWeightDecay decay;
  private final Set<String> projected;
  private final Map<String, GaLoreGradientUpdater> states = new LinkedHashMap<>();

  /**
   * An optimizer without state.
   *
   * @param graph holds the weights
   * @param projected the weights whose state is low-rank
   */
  Optimizer(SameDiff graph, GaLoreUpdater updater, double weightDecay, Set<String> projected) {
    this.graph = graph;
    this.updater = updater;
    this.decay = weightDecay == 0 ? null : new DecoupledWeightDecay(weightDecay);
    this.projected = Set.copyOf(projected);
  }

  /**
   * Updates a weight.
   *
   * @param gradient its gradient, which is overwritten
   * @throws TrainingException when the gradient is not finite
   */
  void update(String variable, INDArray gradient, int step, int epoch) {
    INDArray weight = graph.getArrForVarName(variable);
    try {
      state(variable, weight).applyUpdater(gradient, step, epoch);
    } catch (NonFiniteGradientException e) {
      throw new TrainingException(
          "Training stopped at step " + step + " in \"" + variable + "\": " + e.getMessage(), e);
    }
    if (decay != null) {
      decay.apply(weight, gradient, updater.getLearningRate(step, epoch), step, epoch);
    }
    weight.subi(gradient);
  }

  /** Releases the state of all weights that are not in the given set. */
  void dropAllBut(Collection<String> variables) {
    Set<String> frozen = new HashSet<>(states.keySet());
    frozen.removeAll(variables);
    frozen.forEach(variable -> states.remove(variable).dropState());
  }

  /** Memory of all states, in bytes. */
  long bytes() {
    return states.values().stream().mapToLong(GaLoreGradientUpdater::stateBytes).sum();
  }

  @Override
  public void close() {
    states.values().forEach(GaLoreGradientUpdater::dropState);
    states.clear();
  }

  private GaLoreGradientUpdater state(String variable, INDArray weight) {
    return states.computeIfAbsent(variable, name -> fresh(name, weight));
  }

  private GaLoreGradientUpdater fresh(String variable, INDArray weight) {
    GaLoreGradientUpdater state = updater.forParameter(weight.shape());
    return projected.contains(variable) ? state : state.doNotProject();
  }
}
