package org.owlore.graph.internals;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.autodiff.samediff.internal.Variable;

/** Changes to the wiring of a graph that SameDiff has no methods for. */
public final class GraphEdits {
  private GraphEdits() {}

  /**
   * Writes down anew which operations read which variable. Importers leave that list out for some
   * variables, and the gradient function is built from it.
   */
  public static void linkReaders(SameDiff graph) {
    Map<String, List<String>> readers = new HashMap<>();
    for (SameDiffOp operation : graph.getOps().values()) {
      for (String input : inputs(operation)) {
        List<String> known = readers.computeIfAbsent(input, name -> new ArrayList<>());
        if (!known.contains(operation.getName())) {
          known.add(operation.getName());
        }
      }
    }
    for (Variable variable : graph.getVariables().values()) {
      variable.setInputsForOp(readers.getOrDefault(variable.getName(), new ArrayList<>()));
    }
  }

  /**
   * Lets all operations read another variable instead of one.
   *
   * @param replaced no operation reads it afterwards
   * @param by what is read instead; must not be computed from {@code replaced}
   */
  public static void replace(SameDiff graph, String replaced, SDVariable by) {
    for (SameDiffOp operation : graph.getOps().values()) {
      List<String> inputs = new ArrayList<>(inputs(operation));
      if (inputs.contains(replaced)) {
        inputs.replaceAll(input -> input.equals(replaced) ? by.name() : input);
        operation.setInputsToOp(inputs);
      }
    }
    linkReaders(graph);
  }

  /** Removes a placeholder that no operation reads. */
  public static void removePlaceholder(SameDiff graph, String name) {
    graph.getVariables().remove(name);
  }

  private static List<String> inputs(SameDiffOp operation) {
    return operation.getInputsToOp() == null ? List.of() : operation.getInputsToOp();
  }
}
