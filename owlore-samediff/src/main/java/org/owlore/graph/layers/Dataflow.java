package org.owlore.graph.layers;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.autodiff.samediff.internal.Variable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.controlflow.compat.BaseCompatOp;
import org.nd4j.linalg.api.ops.impl.shape.tensorops.BaseTensorOp;

/** What an output is computed from: placeholders, then operations in execution order. */
final class Dataflow {
  private final SameDiff graph;
  private final String output;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Node> producers = new HashMap<>();

  /**
   * Reads a graph.
   *
   * @throws LayersNotFoundException if there is no such output, or control flow leads to it
   */
  Dataflow(SameDiff graph, String output) {
    this.graph = graph;
    this.output = output;
    if (!graph.getVariables().containsKey(output)) {
      throw new LayersNotFoundException(
          "The graph has no array \""
              + output
              + "\": give the name of its logits or of another output that its layers lead to.");
    }
    Set<String> needed = needed();
    for (SDVariable placeholder : graph.placeHolders()) {
      if (needed.contains(placeholder.name())) {
        add(Optional.empty(), List.of(placeholder.name()));
      }
    }
    operations(needed)
        .forEach(operation -> add(Optional.of(operation), operation.getOutputsOfOp()));
  }

  private void add(Optional<SameDiffOp> operation, List<String> outputs) {
    Node node =
        new Node(
            nodes.size(),
            operation.map(SameDiffOp::getOp),
            operation.map(Dataflow::inputs).orElse(List.of()),
            List.copyOf(outputs));
    nodes.add(node);
    outputs.forEach(array -> producers.put(array, node));
  }

  /** All arrays that the output depends on. */
  private Set<String> needed() {
    Set<String> needed = new HashSet<>(Set.of(output));
    Deque<String> pending = new ArrayDeque<>(needed);
    while (!pending.isEmpty()) {
      SameDiffOp operation = operation(pending.pop());
      if (operation != null) {
        refuseControlFlow(operation);
        inputs(operation).stream().filter(needed::add).forEach(pending::push);
      }
    }
    return needed;
  }

  /** What makes the arrays, as the graph was built where that order can run. */
  private List<SameDiffOp> operations(Set<String> arrays) {
    Set<String> names =
        arrays.stream()
            .map(array -> graph.getVariables().get(array).getOutputOfOp())
            .collect(Collectors.toSet());
    return ExecutionOrder.of(
        graph.getOps().values().stream()
            .filter(operation -> names.contains(operation.getName()))
            .toList());
  }

  private SameDiffOp operation(String array) {
    String name = graph.getVariables().get(array).getOutputOfOp();
    return name == null ? null : graph.getOps().get(name);
  }

  static List<String> inputs(SameDiffOp operation) {
    return operation.getInputsToOp() == null ? List.of() : operation.getInputsToOp();
  }

  private static void refuseControlFlow(SameDiffOp operation) {
    if (operation.getOp() instanceof BaseCompatOp || operation.getOp() instanceof BaseTensorOp) {
      throw new LayersNotFoundException(
          "Layers cannot be found behind operation \""
              + operation.getOp().opName()
              + "\" (node \""
              + operation.getName()
              + "\"): control flow and tensor arrays are not followed; state the layer map"
              + " yourself.");
    }
  }

  SameDiff graph() {
    return graph;
  }

  /** Name of the output. */
  String output() {
    return output;
  }

  /** Placeholders and operations in execution order: {@code nodes().get(i).position() == i}. */
  List<Node> nodes() {
    return nodes;
  }

  /** What makes an array; empty for weights and constants. */
  Optional<Node> producer(String array) {
    return Optional.ofNullable(producers.get(array));
  }

  /** Whether the array is a weight that can be trained. */
  boolean isTrainable(String array) {
    Variable variable = graph.getVariables().get(array);
    return variable.getVariable().getVariableType() == VariableType.VARIABLE
        && variable.getVariable().dataType().isFPType();
  }

  /** Names of all weights of the graph that can be trained, whatever they are used for. */
  List<String> trainable() {
    return graph.variables().stream().map(SDVariable::name).filter(this::isTrainable).toList();
  }

  /** The shape of a weight or constant. */
  long[] shape(String array) {
    return graph.getVariable(array).getShape();
  }

  /** The values of an array of integers, if it is a constant. */
  Optional<long[]> constant(String array) {
    if (graph.getVariable(array).getVariableType() != VariableType.CONSTANT) {
      return Optional.empty();
    }
    INDArray values = graph.getArrForVarName(array);
    return Optional.ofNullable(values).map(known -> known.reshape(known.length()).toLongVector());
  }
}
