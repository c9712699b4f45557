package org.owlore.tensorflow;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.nd4j.imports.converters.DifferentialFunctionClassHolder;
import org.owlore.files.CheckpointException;
import org.tensorflow.framework.GraphDef;
import org.tensorflow.framework.NodeDef;

/** Tells which graphs the importer can read, before it fails somewhere inside. */
final class FrozenGraph {
  private static final Set<String> KNOWN = Set.of("Const", "Placeholder", "PlaceholderWithDefault");

  private static final Set<String> VARIABLES =
      Set.of("VarHandleOp", "ReadVariableOp", "Variable", "VariableV2", "AssignVariableOp");

  private static final Set<String> CONTROL_FLOW =
      Set.of(
          "Switch",
          "Merge",
          "Enter",
          "Exit",
          "NextIteration",
          "LoopCond",
          "While",
          "StatelessWhile",
          "If",
          "StatelessIf",
          "Case",
          "StatelessCase");

  private static final Set<String> CALLS =
      Set.of("PartitionedCall", "StatefulPartitionedCall", "RemoteCall", "SymbolicGradient");

  /**
   * Operations that the importer knows by another name; the preparation broadcasts what {@code
   * Where} chooses between.
   */
  private static final Map<String, String> SYNONYMS =
      Map.of("SelectV2", "Where", "Snapshot", "Identity", "EnsureShape", "Identity");

  private static final String FREEZE =
      "freeze it with convert_variables_to_constants_v2(concrete_function) first";

  private FrozenGraph() {}

  /**
   * Checks a graph.
   *
   * @param file for messages
   * @throws CheckpointException if it is not frozen, not inlined or has operations without mapping
   */
  static void require(String file, GraphDef graph) {
    refuse(file, graph, VARIABLES, "has variables that live outside of it: " + FREEZE);
    refuse(file, graph, CALLS, "calls functions: inline them, or " + FREEZE);
    refuse(
        file,
        graph,
        CONTROL_FLOW,
        "has loops or branches, which cannot be trained: freeze it with lower_control_flow=False from a function without tf.while_loop and tf.cond");
    Set<String> unknown = new TreeSet<>();
    for (NodeDef node : graph.getNodeList()) {
      if (!KNOWN.contains(node.getOp()) && !isMapped(node.getOp())) {
        unknown.add(node.getOp());
      }
    }
    if (!unknown.isEmpty()) {
      throw new CheckpointException(
          "%s uses the operations %s, which Deeplearning4j 1.0.0-M2.1 cannot import: write them out in simpler ones, or export the model to ONNX."
              .formatted(file, String.join(", ", unknown)));
    }
  }

  /** The node as the importer knows it. */
  static NodeDef importable(NodeDef node) {
    if (ConstantNodes.isConstant(node)) {
      return ConstantNodes.writtenOut(node);
    }
    String known = SYNONYMS.get(node.getOp());
    return known == null ? node : node.toBuilder().setOp(known).build();
  }

  private static boolean isMapped(String operation) {
    String name = SYNONYMS.getOrDefault(operation, operation);
    return DifferentialFunctionClassHolder.getInstance().getOpWithTensorflowName(name) != null;
  }

  private static void refuse(String file, GraphDef graph, Set<String> operations, String advice) {
    List<NodeDef> found =
        graph.getNodeList().stream().filter(node -> operations.contains(node.getOp())).toList();
    if (!found.isEmpty()) {
      throw new CheckpointException(
          "%s %s (%s)."
              .formatted(
                  file,
                  advice,
                  found.stream()
                      .limit(3)
                      .map(node -> node.getOp() + " \"" + node.getName() + "\"")
                      .collect(Collectors.joining(", "))));
    }
  }
}
