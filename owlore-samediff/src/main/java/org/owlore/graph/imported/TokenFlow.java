package org.owlore.graph.imported;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.graph.OperationOrder;

/**
 * Follows the tokens through a graph: from the ids to lookups in tables, from there through
 * everything that is computed in floating point; and notes which stored arrays meet them, and how.
 */
final class TokenFlow {
  /** Operations whose result holds the very numbers of their first input. */
  private static final Set<String> MOVING =
      Set.of(
          "identity",
          "reshape",
          "permute",
          "transpose",
          "cast",
          "expand_dims",
          "squeeze",
          "slice",
          "strided_slice",
          "stop_gradient",
          "tile",
          "broadcast_to");

  private final SameDiff graph;
  private final Set<String> ids = new HashSet<>();
  private final Set<String> activations = new HashSet<>();
  private final Map<String, String> stored = new HashMap<>();
  private final Map<String, INDArray> tokenTables = new LinkedHashMap<>();
  private final Map<String, Meeting> meetings = new LinkedHashMap<>();

  /**
   * A stored array and the operation in which it meets the tokens first.
   *
   * @param name of the variable or constant
   * @param array its numbers
   * @param operation e.g. {@code matmul}
   * @param selected whether only some of its rows are used at a time, as of a table of positions
   */
  record Meeting(String name, INDArray array, String operation, boolean selected) {}

  TokenFlow(SameDiff graph, String idsPlaceholder) {
    this.graph = graph;
    ids.add(idsPlaceholder);
    graph.variables().forEach(this::store);
    OperationOrder.of(graph).forEach(this::follow);
  }

  /** The tables in which ids are looked up. */
  Map<String, INDArray> tokenTables() {
    return tokenTables;
  }

  /** The other stored floating-point arrays that meet the tokens. */
  List<Meeting> meetings() {
    return List.copyOf(meetings.values());
  }

  private void store(SDVariable variable) {
    boolean holdsNumbers =
        variable.getVariableType() == VariableType.VARIABLE
            || variable.getVariableType() == VariableType.CONSTANT;
    if (holdsNumbers && variable.dataType().isFPType() && variable.getArr() != null) {
      stored.put(variable.name(), variable.name());
    }
  }

  private void follow(SameDiffOp operation) {
    List<String> inputs = operation.getInputsToOp();
    if (inputs == null || inputs.isEmpty() || operation.getOutputsOfOp() == null) {
      return;
    }
    String name = operation.getOp().opName();
    String first = inputs.get(0);
    List<String> outputs = operation.getOutputsOfOp();
    if (MOVING.contains(name) && (ids.contains(first) || stored.containsKey(first))) {
      move(first, outputs);
    } else if (name.equals("gather") && stored.containsKey(first)) {
      lookUp(inputs, outputs);
    } else if (name.equals("onehot") && ids.contains(first)) {
      addFloating(outputs);
    } else if (inputs.stream().anyMatch(activations::contains)) {
      meet(name, inputs);
      addFloating(outputs);
    }
  }

  private void move(String from, List<String> outputs) {
    if (ids.contains(from)) {
      ids.addAll(outputs);
    } else {
      outputs.forEach(output -> stored.put(output, stored.get(from)));
    }
  }

  private void lookUp(List<String> inputs, List<String> outputs) {
    String table = stored.get(inputs.get(0));
    if (ids.contains(inputs.get(1))) {
      tokenTables.put(table, array(table));
      activations.addAll(outputs);
    } else {
      outputs.forEach(output -> stored.put(output, table));
    }
  }

  private void meet(String operation, List<String> inputs) {
    for (String input : inputs) {
      String source = stored.get(input);
      if (source != null && !tokenTables.containsKey(source)) {
        boolean selected = !input.equals(source) && isSelected(input);
        meetings.putIfAbsent(source, new Meeting(source, array(source), operation, selected));
      }
    }
  }

  /** Whether a stored array comes through a lookup or a slice. */
  private boolean isSelected(String array) {
    String current = array;
    while (graph.getVariables().get(current).getOutputOfOp() != null) {
      SameDiffOp producer = graph.getOps().get(graph.getVariables().get(current).getOutputOfOp());
      if (producer.getOp().opName().matches("gather|slice|strided_slice")) {
        return true;
      }
      current = producer.getInputsToOp().get(0);
    }
    return false;
  }

  private void addFloating(List<String> outputs) {
    outputs.stream()
        .filter(output -> graph.getVariable(output).dataType().isFPType())
        .forEach(activations::add);
  }

  private INDArray array(String name) {
    return graph.getVariable(name).getArr();
  }
}
