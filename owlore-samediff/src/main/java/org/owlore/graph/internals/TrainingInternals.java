package org.owlore.graph.internals;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.learning.GradientUpdater;

/** What happens inside {@code SameDiff.fit}, for listeners that steer it. */
public final class TrainingInternals {

  private TrainingInternals() {}

  /**
   * The updater of each trainable variable; made now if training has not begun.
   *
   * @throws IllegalStateException when this Deeplearning4j release has no such method
   */
  public static Map<String, GradientUpdater> updaters(SameDiff graph) {
    try {
      Method initialize = SameDiff.class.getDeclaredMethod("initializeTraining");
      initialize.setAccessible(true);
      initialize.invoke(graph);
      return graph.getUpdaterMap();
    } catch (NoSuchMethodException | IllegalAccessException e) {
      throw new IllegalStateException(
          "This Deeplearning4j release sets up training otherwise than 1.0.0-M2.1"
              + " (SameDiff.initializeTraining); the listener cannot work with it.",
          e);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("SameDiff could not set up its updaters.", e.getCause());
    }
  }

  /**
   * The gradient of each trainable variable that has one; to be put back when training ends.
   *
   * @param graph the graph, not its gradient function
   */
  public static Map<String, SDVariable> gradients(SameDiff graph) {
    SameDiff backward = GradientFunction.of(graph);
    Map<String, SDVariable> gradients = new LinkedHashMap<>();
    for (SDVariable variable : graph.variables()) {
      if (variable.getVariableType() == VariableType.VARIABLE) {
        SDVariable gradient = backward.getVariables().get(variable.name()).getGradient();
        if (gradient != null) {
          gradients.put(variable.name(), gradient);
        }
      }
    }
    return gradients;
  }

  /**
   * Lets {@code fit} compute and apply the gradients of the given variables only: a session asks
   * for the gradients it finds here, and computes nothing that they do not need.
   *
   * @param all what {@link #gradients} returned before the first call
   */
  public static void train(SameDiff graph, Map<String, SDVariable> all, Set<String> trained) {
    SameDiff backward = GradientFunction.of(graph);
    all.forEach(
        (name, gradient) ->
            backward
                .getVariables()
                .get(name)
                .setGradient(trained.contains(name) ? gradient : null));
  }

  /**
   * Makes the next iteration of {@code fit} compute the loss variables, so that the loss it reports
   * is true: by itself it reports 0 whenever no gradient needs the loss's value. To be undone after
   * each iteration, because a listener of {@code fit}'s own looks for labels to evaluate when an
   * epoch begins.
   */
  public static void computeLoss(SameDiff graph) {
    for (String loss : graph.getLossVariables()) {
      graph.getTrainingConfig().getTrainEvaluations().putIfAbsent(loss, new ArrayList<>());
    }
  }

  /** Undoes {@link #computeLoss}. */
  public static void forgetLoss(TrainingConfig configuration) {
    configuration.getTrainEvaluations().values().removeIf(List::isEmpty);
  }
}
