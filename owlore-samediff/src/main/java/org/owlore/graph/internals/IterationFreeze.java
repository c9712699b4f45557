package org.owlore.graph.internals;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.evaluation.IEvaluation;

/**
 * Freezes variables for an iteration of {@code SameDiff.fit}.
 *
 * <p>A session notes which gradients exist when an iteration starts, then computes and applies
 * those and whatever they need. So gradients are hidden just before, and shown again at the first
 * operation: whatever happens afterwards, the graph is as it was.
 */
public final class IterationFreeze {
  private static final List<IEvaluation> NOTHING = List.of();

  private final SameDiff graph;
  private final SameDiff backward;
  private final Map<String, SDVariable> gradients = new LinkedHashMap<>();
  private final Set<String> asked = new LinkedHashSet<>();
  private boolean applied;

  /**
   * A freeze that is not applied yet.
   *
   * @param graph the graph, not its gradient function
   */
  public IterationFreeze(SameDiff graph) {
    this.graph = graph;
    this.backward = GradientFunction.of(graph);
    for (SDVariable variable : graph.variables()) {
      SDVariable gradient = gradient(variable.name());
      if (variable.getVariableType() == VariableType.VARIABLE && gradient != null) {
        gradients.put(variable.name(), gradient);
      }
    }
  }

  /**
   * Hides the gradients of the given variables, and makes {@code fit} compute its loss variables:
   * by itself it reports a loss of 0 whenever no gradient needs the loss's value.
   */
  public void apply(Set<String> frozen) {
    gradients.forEach((name, gradient) -> show(name, frozen.contains(name) ? null : gradient));
    TrainingConfig configuration = graph.getTrainingConfig();
    for (String loss : graph.getLossVariables()) {
      if (configuration.getTrainEvaluations().putIfAbsent(loss, NOTHING) == null) {
        configuration.getTrainEvaluationLabels().put(loss, 0);
        asked.add(loss);
      }
    }
    applied = true;
  }

  /**
   * Undoes {@link #apply}. The loss variables must not be asked for any longer than that, because a
   * listener of {@code fit}'s own would evaluate them against the labels.
   */
  public void lift() {
    if (applied) {
      gradients.forEach(this::show);
      TrainingConfig configuration = graph.getTrainingConfig();
      configuration.getTrainEvaluations().keySet().removeAll(asked);
      configuration.getTrainEvaluationLabels().keySet().removeAll(asked);
      asked.clear();
      applied = false;
    }
  }

  /** Finds the gradient even where an iteration failed before its first operation. */
  private SDVariable gradient(String variable) {
    SDVariable shown = backward.getVariables().get(variable).getGradient();
    String usualName = variable + "-grad";
    return shown == null && backward.hasVariable(usualName)
        ? backward.getVariable(usualName)
        : shown;
  }

  private void show(String variable, SDVariable gradient) {
    backward.getVariables().get(variable).setGradient(gradient);
  }
}
