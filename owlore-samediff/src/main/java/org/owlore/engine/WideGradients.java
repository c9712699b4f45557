package org.owlore.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Gives the gradient of a variable of 16 bits a number in float32, unrounded.
 *
 * <p>SameDiff casts each gradient to its variable's type, and sums and scatters in that type. Where
 * the numbers were float32 before, the casts are left out and the sums done in float32.
 */
final class WideGradients {
  private static final Set<DataType> NARROW = Set.of(DataType.BFLOAT16, DataType.HALF);

  /** What moves and adds numbers: the same in any type. */
  private static final Set<String> OF_ANY_TYPE =
      Set.of("add", "scatter_add", "view", "identity", "permute", "transpose");

  /** Reads the shape of its input only. */
  private static final String ZEROS = "zeroslike";

  private final Map<String, Integer> makers = new HashMap<>();
  private final Map<String, ArrayType> types;
  private final List<Node> nodes;
  private final Map<String, String> widened = new HashMap<>();
  private final Map<Integer, List<Node>> added = new HashMap<>();
  private final Map<String, String> names = new TreeMap<>();
  private final LoweredGraph graph;

  /**
   * Replaces the gradients of narrow variables.
   *
   * @param graph the lowered graph, which is not changed
   * @param gradients variable to name of its gradient
   * @param kept arrays that somebody outside the graph reads
   */
  WideGradients(LoweredGraph graph, Map<String, String> gradients, Collection<String> kept) {
    this.nodes = graph.nodes();
    this.types = new HashMap<>(graph.types());
    for (int i = 0; i < nodes.size(); i++) {
      for (String output : nodes.get(i).outputs()) {
        makers.put(output, i);
      }
    }
    gradients.forEach((variable, gradient) -> names.put(variable, wide(gradient)));
    Set<String> wanted = new HashSet<>(kept);
    wanted.addAll(names.values());
    this.graph =
        new LoweredGraph(DeadCode.eliminate(withAdded(), wanted), types, graph.constants());
  }

  /** Variable to name of its gradient in float32. */
  Map<String, String> names() {
    return names;
  }

  /** The graph with the gradients in float32. */
  LoweredGraph graph() {
    return graph;
  }

  private boolean isFloat(String name) {
    return types.get(name).dataType().isFPType();
  }

  private boolean isNarrow(String name) {
    return NARROW.contains(types.get(name).dataType());
  }

  private String wide(String name) {
    if (!isNarrow(name)) {
      return name;
    }
    String known = widened.get(name);
    if (known == null) {
      known = makeWide(name);
      widened.put(name, known);
    }
    return known;
  }

  private String makeWide(String name) {
    Integer maker = makers.get(name);
    if (maker == null) {
      return add(-1, cast(name, name), name);
    }
    Node node = nodes.get(maker);
    Operation operation = node.operation();
    if (operation.is("cast") && isFloat(node.inputs().get(0))) {
      String origin = node.inputs().get(0);
      boolean wanted = isNarrow(origin) || types.get(origin).dataType() == DataType.FLOAT;
      return wanted ? wide(origin) : add(maker, cast(origin, name), name);
    }
    if (operation.is(ZEROS)) {
      return add(maker, new Node(inFloat(operation), node.inputs(), List.of(wideName(name))), name);
    }
    if (OF_ANY_TYPE.contains(operation.name())) {
      List<String> inputs = node.inputs().stream().map(this::wide).toList();
      return add(maker, Node.of(operation, inputs, wideName(name)), name);
    }
    return add(maker, cast(name, name), name);
  }

  private static Node cast(String origin, String narrow) {
    Operation cast = Operation.custom("cast", DataType.FLOAT.toInt());
    return Node.of(cast, List.of(origin), wideName(narrow));
  }

  private static Operation inFloat(Operation operation) {
    return new Operation(
        operation.kind(),
        operation.name(),
        operation.integers(),
        operation.reals(),
        operation.booleans(),
        List.of(DataType.FLOAT));
  }

  private String add(int behind, Node node, String narrow) {
    added.computeIfAbsent(behind, index -> new ArrayList<>()).add(node);
    types.put(node.output(), new ArrayType(DataType.FLOAT, types.get(narrow).shape()));
    return node.output();
  }

  private static String wideName(String name) {
    return name + "#float32";
  }

  private List<Node> withAdded() {
    List<Node> all = new ArrayList<>(added.getOrDefault(-1, List.of()));
    for (int i = 0; i < nodes.size(); i++) {
      all.add(nodes.get(i));
      all.addAll(added.getOrDefault(i, List.of()));
    }
    return all;
  }
}
