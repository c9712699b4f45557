package org.owlore.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.engine.Operation.Kind;

/**
 * Turns a SameDiff graph into a flat list of simple operations for given input shapes: infers every
 * shape, computes what is known beforehand, replaces slow operations, drops what nothing needs.
 */
final class Lowering {
  private static final Set<String> VIEWS =
      Set.of("reshape", "expand_dims", "squeeze", "identity", "reshape_as", "stop_gradient");
  private static final Set<String> OF_SHAPE_ONLY = Set.of("shape_of", "size", "rank", "size_at");
  private static final long LARGEST_FOLDED = 1 << 16;

  private final SameDiff graph;
  private final List<Rewrite> rewrites;
  private final ShapeOnly shapes = new ShapeOnly();
  private LoweringScope scope;
  private List<Node> lowered;

  Lowering(SameDiff graph, List<Rewrite> rewrites) {
    this.graph = graph;
    this.rewrites = List.copyOf(rewrites);
  }

  /**
   * Lowers the part of the graph that the outputs depend on.
   *
   * @param outputs names of arrays to be computed
   * @param placeholders type of each placeholder
   * @throws IllegalArgumentException when a placeholder that is needed has no type
   */
  LoweredGraph lower(Collection<String> outputs, Map<String, ArrayType> placeholders) {
    List<Node> nodes = new GraphReader(graph).read(outputs);
    scope = new LoweringScope(needed(nodes, outputs));
    lowered = new ArrayList<>();
    outputs.forEach(name -> declareSource(name, placeholders));
    for (Node node : nodes) {
      node.inputs().forEach(name -> declareSource(name, placeholders));
      emit(node);
    }
    List<Node> alive = DeadCode.eliminate(lowered, outputs);
    return new LoweredGraph(alive, scope.types(), scope.computed());
  }

  private static Set<String> needed(List<Node> nodes, Collection<String> outputs) {
    Set<String> needed = new HashSet<>(outputs);
    nodes.forEach(node -> needed.addAll(node.inputs()));
    return needed;
  }

  private void declareSource(String name, Map<String, ArrayType> placeholders) {
    SDVariable variable = graph.getVariable(name);
    if (variable == null || variable.getVariableType() == VariableType.ARRAY) {
      return;
    }
    if (variable.getVariableType() == VariableType.PLACEHOLDER) {
      ArrayType type = placeholders.get(name);
      if (type == null) {
        throw new IllegalArgumentException(
            "The graph needs placeholder \"%s\", but there are arrays for %s only: make it a constant, or compute it from one of these."
                .formatted(name, new TreeSet<>(placeholders.keySet())));
      }
      scope.declare(name, type);
    } else if (variable.getVariableType() == VariableType.CONSTANT) {
      scope.define(name, variable.getArr());
    } else {
      scope.declare(name, ArrayType.of(variable.getArr()));
    }
  }

  private void emit(Node node) {
    for (Rewrite rewrite : rewrites) {
      var replacement = rewrite.rewrite(node, scope);
      if (replacement.isPresent()) {
        replacement.get().forEach(this::emit);
        return;
      }
    }
    if (!fold(node)) {
      Node typed = typed(node);
      lowered.add(typed);
      scope.emitted(typed);
    }
  }

  /** Computes a node at once when everything it reads is known; false when it must run later. */
  private boolean fold(Node node) {
    boolean known = node.inputs().stream().allMatch(name -> scope.constant(name) != null);
    boolean ofShape = OF_SHAPE_ONLY.contains(node.operation().name());
    if (!known && !ofShape || node.operation().isRandom()) {
      return false;
    }
    List<INDArray> inputs = samples(node);
    List<ArrayType> types = outputTypes(node, inputs);
    boolean small = types.stream().allMatch(type -> type.length() <= LARGEST_FOLDED);
    if (small) {
      List<INDArray> outputs = types.stream().map(Lowering::allocate).toList();
      compute(node, inputs, outputs);
      for (int i = 0; i < outputs.size(); i++) {
        scope.defineComputed(node.outputs().get(i), outputs.get(i));
      }
    }
    return small;
  }

  private static void compute(Node node, List<INDArray> inputs, List<INDArray> outputs) {
    if (node.operation().kind() == Kind.VIEW) {
      outputs.get(0).assign(inputs.get(0).reshape(outputs.get(0).shape()));
      return;
    }
    try (NativeCall call = NativeCall.bind(node.operation(), inputs, outputs)) {
      call.run();
    }
  }

  private Node typed(Node node) {
    if (node.operation().kind() == Kind.VIEW) {
      return node;
    }
    List<INDArray> inputs = samples(node);
    List<ArrayType> types = outputTypes(node, inputs);
    for (int i = 0; i < types.size(); i++) {
      scope.declare(node.outputs().get(i), types.get(i));
    }
    return VIEWS.contains(node.operation().name())
        ? Node.of(Operation.view(), node.inputs().subList(0, 1), node.output())
        : node;
  }

  /** Real values where they are known, else arrays that have a shape and no memory behind it. */
  private List<INDArray> samples(Node node) {
    return node.inputs().stream()
        .map(
            name -> {
              INDArray constant = scope.constant(name);
              return constant != null ? constant : shapes.array(scope.type(name));
            })
        .toList();
  }

  private List<ArrayType> outputTypes(Node node, List<INDArray> inputs) {
    if (node.operation().kind() == Kind.VIEW) {
      return List.of(scope.type(node.output()));
    }
    List<ArrayType> inferred = NativeCall.outputTypes(node.operation(), inputs);
    if (inferred.size() != node.outputs().size()) {
      throw new IllegalStateException(
          "Operation \""
              + node.operation().name()
              + "\" makes "
              + inferred.size()
              + " arrays where the graph names "
              + node.outputs()
              + ".");
    }
    List<ArrayType> types = new ArrayList<>();
    for (int i = 0; i < inferred.size(); i++) {
      types.add(declared(node.outputs().get(i), inferred.get(i)));
    }
    return types;
  }

  /** Operations with several possible output types make what the graph's variable says. */
  private ArrayType declared(String name, ArrayType inferred) {
    SDVariable variable = graph.getVariable(name);
    return variable == null ? inferred : new ArrayType(variable.dataType(), inferred.shape());
  }

  private static INDArray allocate(ArrayType type) {
    return Nd4j.createUninitialized(type.dataType(), type.dimensions());
  }
}
