package org.owlore.graph.layers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.owlore.graph.LinearWeight;

/** Where each trainable variable meets the tokens, and which matrices multiply them. */
final class Weights {
  /** Operations that leave a matrix's axes where they are, as Gemma's {@code 1 + w} does. */
  private static final Set<String> KEEPING_AXES =
      Set.of(
          "cast",
          "identity",
          "add",
          "add_scalar",
          "subtract",
          "sub_scalar",
          "multiply",
          "mul_scalar",
          "divide",
          "div_scalar");

  private final Dataflow flow;
  private final Activations activations;
  private final Map<String, Set<String>> variablesBehind = new HashMap<>();
  private final Map<String, WeightView> views = new HashMap<>();
  private final Map<String, List<Integer>> uses = new LinkedHashMap<>();
  private final Map<String, LinearWeight> linears = new LinkedHashMap<>();

  Weights(Dataflow flow, Activations activations) {
    this.flow = flow;
    this.activations = activations;
    for (Node node : flow.nodes()) {
      if (!activations.contains(node)) {
        derive(node);
        continue;
      }
      for (String input : node.valueInputs()) {
        variablesBehind(input)
            .forEach(
                variable ->
                    uses.computeIfAbsent(variable, name -> new ArrayList<>()).add(node.position()));
      }
      if (node.isProduct()) {
        linear(node).ifPresent(found -> linears.putIfAbsent(found.name(), found));
      }
    }
  }

  /**
   * The variables that decide the output, each with the positions of the operations that bring it
   * to the tokens; in the order of first use.
   */
  Map<String, List<Integer>> uses() {
    return uses;
  }

  /** The matrix of that name, if it multiplies an activation. */
  Optional<LinearWeight> linear(String variable) {
    return Optional.ofNullable(linears.get(variable));
  }

  /** The trainable variables from which an array is computed that is no activation. */
  Set<String> variablesBehind(String array) {
    if (activations.contains(array)) {
      return Set.of();
    }
    return flow.isTrainable(array) ? Set.of(array) : variablesBehind.getOrDefault(array, Set.of());
  }

  private void derive(Node node) {
    Set<String> variables = new LinkedHashSet<>();
    node.valueInputs().forEach(input -> variables.addAll(variablesBehind(input)));
    if (!variables.isEmpty()) {
      node.outputs().forEach(output -> variablesBehind.put(output, variables));
      view(node).ifPresent(view -> views.put(node.outputs().get(0), view));
    }
  }

  private Optional<WeightView> seen(String array) {
    if (flow.isTrainable(array)) {
      long[] shape = flow.shape(array);
      return shape.length == 2 ? Optional.of(WeightView.of(array, shape)) : Optional.empty();
    }
    return Optional.ofNullable(views.get(array));
  }

  private Optional<WeightView> view(Node node) {
    List<WeightView> seen = node.valueInputs().stream().flatMap(in -> seen(in).stream()).toList();
    if (seen.size() != 1 || node.isProduct() || node.outputs().size() != 1) {
      return Optional.empty();
    }
    WeightView view = seen.get(0);
    return switch (node.operation()) {
      case "permute", "transpose" -> argument(node).map(view::permuted).orElseGet(view::reversed);
      case "expand_dims" -> argument(node).flatMap(axes -> view.expanded(axes[0]));
      case "squeeze" -> view.squeezed();
      case "reshape" -> argument(node).flatMap(view::reshaped);
      default -> KEEPING_AXES.contains(node.operation()) ? Optional.of(view) : Optional.empty();
    };
  }

  /** The shape or axes that an operation is given, as numbers or as a constant. */
  private Optional<long[]> argument(Node node) {
    if (node.inputs().size() > 1) {
      return flow.constant(node.inputs().get(1));
    }
    long[] integers = node.integers();
    boolean hasOrder = node.isReshape() && integers.length > 0 && integers[0] < -1;
    long[] argument = hasOrder ? Arrays.copyOfRange(integers, 1, integers.length) : integers;
    return argument.length == 0 ? Optional.empty() : Optional.of(argument);
  }

  private Optional<LinearWeight> linear(Node product) {
    String left = product.inputs().get(0);
    String right = product.inputs().get(1);
    if (product.operation().startsWith("tensor")) {
      return contraction(product.integers(), left, right);
    }
    boolean transposeLeft = isSet(product, 0);
    boolean transposeRight = isSet(product, 1);
    if (activations.contains(left)) {
      Optional<String> rows = transposeLeft ? transposeOf(left) : Optional.of(left);
      return linear(right, transposeRight ? 1 : 2, rows);
    }
    Optional<String> rows = transposeRight ? Optional.of(right) : transposeOf(right);
    return linear(left, transposeLeft ? 2 : 1, rows);
  }

  /** A tensor product over one axis of each factor. */
  private Optional<LinearWeight> contraction(long[] axes, String left, String right) {
    boolean oneAxisEach = axes.length == 4 && axes[0] == 1 && axes[2] == 1;
    if (!oneAxisEach) {
      return Optional.empty();
    }
    boolean weightIsRight = activations.contains(left);
    String weight = weightIsRight ? right : left;
    long axis = axes[weightIsRight ? 3 : 1];
    return seen(weight)
        .flatMap(
            view -> {
              long fromBack = axis < 0 ? -axis : view.shape().length - axis;
              return linear(weight, (int) fromBack, Optional.of(weightIsRight ? left : right));
            });
  }

  private Optional<LinearWeight> linear(String weight, int fromBack, Optional<String> rows) {
    if (rows.isEmpty()) {
      return Optional.empty();
    }
    return seen(weight)
        .flatMap(
            view ->
                view.orientation(fromBack)
                    .map(stored -> new LinearWeight(view.variable(), rows.get(), stored)));
  }

  private static boolean isSet(Node node, int flag) {
    long[] flags = node.integers();
    return flags.length > flag && flags[flag] > 0;
  }

  /** The activation whose last two axes were swapped to make another one. */
  private Optional<String> transposeOf(String array) {
    Optional<Node> producer = flow.producer(array).filter(Node::isPermute);
    return producer
        .filter(node -> argument(node).map(Weights::swapsLastTwo).orElse(true))
        .map(node -> node.inputs().get(0));
  }

  private static boolean swapsLastTwo(long[] order) {
    int last = order.length - 1;
    return IntStream.range(0, last - 1).allMatch(i -> order[i] == i)
        && order[last] == last - 1
        && order[last - 1] == last;
  }
}
