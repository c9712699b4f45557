package org.owlore.onnx.weights;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.NodeProto;
import org.owlore.onnx.file.OnnxFile;
import org.owlore.onnx.file.OnnxTensor;
import org.owlore.onnx.file.TensorReader;
import org.owlore.onnx.weights.WeightUse.Role;

/**
 * Finds the initializers that train, by what they do rather than by name: those that are looked up
 * by token ids, and those that meet what was computed from them. Rotary tables, masks, scales of
 * attention and the like are constants: they are single numbers, or computed with positions first.
 */
final class WeightSearch {
  private static final Set<String> VIEWS =
      Set.of(
          "Transpose",
          "Cast",
          "CastLike",
          "Identity",
          "Reshape",
          "Unsqueeze",
          "Squeeze",
          "Flatten");
  private static final Set<String> LOOKUP_VIEWS =
      Set.of("Slice", "Expand", "Tile", "Split", "Concat", "Add", "Where");
  private static final Set<String> ELEMENTWISE = Set.of("Add", "Sub", "Mul", "Div");
  private static final Set<String> ABOUT_SHAPES = Set.of("Shape", "Size");
  private static final Set<String> NORMS =
      Set.of("LayerNormalization", "SimplifiedLayerNormalization", "RMSNormalization");

  private static final int LONGEST_WAY = 64;

  private final OnnxFile file;
  private final Map<String, Derived> derived = new HashMap<>();
  private final Set<String> fromIds = new HashSet<>();
  private final Set<String> activations = new HashSet<>();
  private final Map<String, Double> singleNumbers = new HashMap<>();
  private final Map<String, NodeProto> producers = new HashMap<>();
  private final Map<String, Long> offsets = new HashMap<>();
  private final Map<String, WeightUse> uses = new LinkedHashMap<>();

  private WeightSearch(OnnxFile file) {
    this.file = file;
  }

  /** What was made from one initializer alone, or from rows looked up in it. */
  private record Derived(String initializer, boolean lookedUp) {}

  /** The trainable initializers with their first use, in the order of these uses. */
  static List<WeightUse> search(OnnxFile file, Set<String> ids) {
    WeightSearch search = new WeightSearch(file);
    search.fromIds.addAll(ids);
    for (Map.Entry<String, OnnxTensor> entry : file.initializers().entrySet()) {
      search.start(entry.getKey(), entry.getValue());
    }
    file.nodes().forEach(search::visit);
    return new ArrayList<>(search.uses.values());
  }

  private void start(String name, OnnxTensor tensor) {
    if (tensor.length() == 1) {
      singleNumbers.put(name, tensor.numbers()[0]);
    } else if (tensor.isFloating() && tensor.shape().length > 0) {
      derived.put(name, new Derived(name, false));
    }
  }

  private void visit(NodeProto node) {
    String operator = node.getOpType();
    if (operator.equals("Constant")) {
      noteSingleNumber(node);
      return;
    }
    if (ABOUT_SHAPES.contains(operator)) {
      return;
    }
    node.getOutputList().forEach(output -> producers.put(output, node));
    boolean ids = node.getInputList().stream().anyMatch(fromIds::contains);
    boolean activation = node.getInputList().stream().anyMatch(activations::contains);
    if (operator.equals("Gather") && isTable(node)) {
      lookUp(node, ids);
      return;
    }
    if (activation) {
      meet(node);
      activations.addAll(node.getOutputList());
    } else if (!derive(node) && ids) {
      fromIds.addAll(node.getOutputList());
    }
  }

  private void noteSingleNumber(NodeProto node) {
    for (AttributeProto attribute : node.getAttributeList()) {
      boolean single =
          attribute.hasT()
              && attribute.getT().getDimsList().stream().allMatch(dimension -> dimension == 1);
      if (single) {
        double number = new TensorReader(file.path()).read(attribute.getT()).numbers()[0];
        node.getOutputList().forEach(output -> singleNumbers.put(output, number));
      } else if (attribute.getName().equals("value_int")) {
        node.getOutputList().forEach(out -> singleNumbers.put(out, (double) attribute.getI()));
      } else if (attribute.getName().equals("value_float")) {
        node.getOutputList().forEach(out -> singleNumbers.put(out, (double) attribute.getF()));
      }
    }
  }

  private boolean isTable(NodeProto node) {
    Derived table = node.getInputCount() > 1 ? derived.get(node.getInput(0)) : null;
    return table != null
        && !table.lookedUp()
        && file.initializers().get(table.initializer()).shape().length == 2;
  }

  private void lookUp(NodeProto node, boolean byIds) {
    Derived table = derived.get(node.getInput(0));
    if (byIds) {
      use(table, Role.TOKEN_TABLE, node);
      activations.addAll(node.getOutputList());
    } else {
      derived.put(node.getOutput(0), new Derived(table.initializer(), true));
      offsets.merge(table.initializer(), offset(node.getInput(1)), Math::max);
    }
  }

  /** What is added to counted positions on their way to a table; sums count from 1. */
  private long offset(String index) {
    double offset = 0;
    String name = index;
    for (int steps = 0; steps < LONGEST_WAY && producers.containsKey(name); steps++) {
      NodeProto node = producers.get(name);
      double number =
          node.getInputList().stream()
              .filter(singleNumbers::containsKey)
              .mapToDouble(singleNumbers::get)
              .sum();
      offset +=
          switch (node.getOpType()) {
            case "Add" -> number;
            case "Sub" -> -number;
            case "CumSum" -> 1;
            default -> 0;
          };
      name =
          node.getInputList().stream()
              .filter(input -> !singleNumbers.containsKey(input))
              .findFirst()
              .orElse("");
    }
    return (long) Math.max(0, offset);
  }

  /** Follows what is made from one initializer and no activation; false when it is not. */
  private boolean derive(NodeProto node) {
    List<Derived> sources =
        node.getInputList().stream().map(derived::get).filter(found -> found != null).toList();
    if (sources.size() != 1 || node.getOutputCount() == 0) {
      return false;
    }
    Derived source = sources.get(0);
    String operator = node.getOpType();
    boolean kept =
        VIEWS.contains(operator)
            || source.lookedUp() && LOOKUP_VIEWS.contains(operator)
            || ELEMENTWISE.contains(operator) && othersAreSingle(node)
            || operator.equals("Slice") && isPrefix(source);
    if (kept) {
      Derived result = operator.equals("Slice") ? new Derived(source.initializer(), true) : source;
      node.getOutputList().forEach(output -> derived.put(output, result));
    }
    return kept;
  }

  /** The first rows of a table of positions. */
  private boolean isPrefix(Derived source) {
    return file.initializers().get(source.initializer()).shape().length == 2;
  }

  private boolean othersAreSingle(NodeProto node) {
    return node.getInputList().stream()
        .filter(input -> !derived.containsKey(input))
        .allMatch(singleNumbers::containsKey);
  }

  private void meet(NodeProto node) {
    for (int i = 0; i < node.getInputCount(); i++) {
      Derived source = derived.get(node.getInput(i));
      if (source != null) {
        int position = i;
        role(node, position, source).ifPresent(role -> use(source, role, node));
      }
    }
  }

  private Optional<Role> role(NodeProto node, int position, Derived source) {
    int rank = file.initializers().get(source.initializer()).shape().length;
    String operator = node.getOpType();
    if (operator.equals("MatMul")) {
      return rank >= 2 ? Optional.of(Role.MATRIX) : Optional.empty();
    }
    if (operator.equals("Gemm")) {
      return Optional.of(position == 2 ? Role.BIAS : Role.MATRIX);
    }
    if (NORMS.contains(operator)) {
      return Optional.of(position == 2 ? Role.BIAS : Role.SCALE);
    }
    boolean added = operator.equals("Add") || operator.equals("Sub");
    if (source.lookedUp()) {
      return added ? Optional.of(Role.OTHER_TABLE) : Optional.empty();
    }
    if (rank != 1 || !ELEMENTWISE.contains(operator)) {
      return Optional.empty();
    }
    return Optional.of(added ? Role.BIAS : Role.SCALE);
  }

  private void use(Derived source, Role role, NodeProto node) {
    uses.putIfAbsent(
        source.initializer(),
        new WeightUse(
            source.initializer(), role, node, offsets.getOrDefault(source.initializer(), 0L)));
  }
}
