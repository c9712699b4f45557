package org.owlore.graph.internals;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Map;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.learning.GradientUpdater;

/** What {@code SameDiff.fit} keeps to itself. */
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
}
