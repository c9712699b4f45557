package org.owlore.onnx.operators;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import lombok.NonNull;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.NodeProto;
import org.nd4j.autodiff.samediff.NameScope;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.array.SingleThreadArrayHolder;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.files.CheckpointException;
import org.owlore.onnx.file.ElementType;
import org.owlore.onnx.file.ModulePath;
import org.owlore.onnx.file.OnnxFile;
import org.owlore.onnx.file.OnnxTensor;
import org.owlore.onnx.file.TensorReader;
import org.owlore.onnx.symbolic.SymbolicNumber;
import org.owlore.onnx.symbolic.SymbolicShape;

/** Translates the part of an ONNX graph that one output depends on. */
public final class Translator {
  /** What a file holds can be printed in full, and be millions of numbers. */
  private static final int LONGEST_REASON = 300;

  private final OnnxFile file;
  private final Operators operators;
  private final SameDiff sameDiff = SameDiff.create();
  private final Map<String, Value> values = new HashMap<>();
  private ImportedGraph graph;

  private Translator(OnnxFile file) {
    this.file = file;
    this.operators = new Operators(new TensorReader(file.path()));
    // SameDiff's own holders keep a second copy of every array for other devices.
    sameDiff.setArrayHolders(new SingleThreadArrayHolder(), new SingleThreadArrayHolder(), false);
  }

  /**
   * How an initializer becomes a variable.
   *
   * @param variable name of the variable; several initializers may share one
   * @param transposed whether the initializer is the transpose of the variable
   */
  public record Binding(@NonNull String variable, boolean transposed) {}

  /**
   * A translated graph.
   *
   * @param graph its weights are variables
   * @param output FLOAT
   * @param shape of the output
   * @param batch number of rows the graph was exported for, or {@link SymbolicNumber#BATCH}
   * @param sequence length of rows, or {@link SymbolicNumber#SEQUENCE}
   * @param longestSequence longest sequence that the graph has tables for, or infinity
   * @param nodes how many ONNX nodes were translated
   */
  public record Translation(
      @NonNull SameDiff graph,
      @NonNull SDVariable output,
      @NonNull SymbolicShape shape,
      @NonNull SymbolicNumber batch,
      @NonNull SymbolicNumber sequence,
      double longestSequence,
      int nodes) {}

  /**
   * Translates a file.
   *
   * @param output name of the output in the file
   * @param weights by initializer; all other initializers become constants
   * @throws CheckpointException when the graph has an operator or a shape that cannot be
   *     translated; the message names the node
   */
  public static Translation translate(
      @NonNull OnnxFile file, @NonNull String output, @NonNull Map<String, Binding> weights) {
    return new Translator(file).run(output, weights);
  }

  /**
   * The name of the input that holds token ids.
   *
   * @throws CheckpointException when there is none
   */
  public static String idsInput(@NonNull OnnxFile file) {
    try {
      return ModelInputs.ids(file).getName();
    } catch (UnsupportedOperationException e) {
      throw refusal(file, e);
    }
  }

  private static CheckpointException refusal(OnnxFile file, RuntimeException cause) {
    return new CheckpointException(
        file.path() + " cannot be imported: " + cause.getMessage() + ".", cause);
  }

  private Translation run(String output, Map<String, Binding> weights) {
    ModelInputs inputs = inputs();
    List<NodeProto> nodes = needed(file.nodes(), Set.of(output));
    requireOperators(nodes);
    addWeights(weights, nodes, output);
    nodes.forEach(this::translate);
    Value result = values.get(output);
    if (result == null) {
      throw new CheckpointException(
          "Nothing in " + file.path() + " makes the output \"" + output + "\".");
    }
    return new Translation(
        sameDiff,
        graph.full(result),
        result.shape(),
        inputs.batch(),
        inputs.sequence(),
        graph.longestSequence(),
        nodes.size());
  }

  private ModelInputs inputs() {
    try {
      ModelInputs inputs = new ModelInputs(file, sameDiff);
      graph = new ImportedGraph(sameDiff, inputs.ids());
      values.putAll(inputs.values(graph));
      return inputs;
    } catch (ArithmeticException | UnsupportedOperationException e) {
      throw refusal(file, e);
    }
  }

  /** The nodes that some values depend on, in the order of the file. */
  private static List<NodeProto> needed(List<NodeProto> nodes, Set<String> outputs) {
    Set<String> wanted = new HashSet<>(outputs);
    Deque<NodeProto> needed = new ArrayDeque<>();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      NodeProto node = nodes.get(i);
      if (node.getOutputList().stream().anyMatch(wanted::contains)) {
        needed.addFirst(node);
        reads(node).forEach(wanted::add);
      }
    }
    return List.copyOf(needed);
  }

  /** What a node reads; branches read values of the graph around them. */
  private static Stream<String> reads(NodeProto node) {
    Stream<String> branches =
        node.getAttributeList().stream()
            .filter(AttributeProto::hasG)
            .flatMap(attribute -> attribute.getG().getNodeList().stream())
            .flatMap(Translator::reads);
    return Stream.concat(node.getInputList().stream(), branches);
  }

  /** All at once, so that a person who exports the model anew knows everything. */
  private void requireOperators(Collection<NodeProto> nodes) {
    List<NodeProto> unknown = nodes.stream().filter(node -> !isKnown(node)).toList();
    if (unknown.isEmpty()) {
      return;
    }
    NodeProto first = unknown.get(0);
    List<String> names = unknown.stream().map(this::operatorName).distinct().sorted().toList();
    throw new CheckpointException(
        "%s uses the operator%s %s, which cannot be imported (first at node \"%s\"): %s."
            .formatted(
                file.path(),
                names.size() == 1 ? "" : "s",
                String.join(", ", names),
                first.getName(),
                Advice.instead(operatorName(first))));
  }

  private boolean isKnown(NodeProto node) {
    return file.domain(node).isEmpty()
        && (operators.has(node.getOpType()) || node.getOpType().equals(Branches.OPERATOR));
  }

  private String operatorName(NodeProto node) {
    String domain = file.domain(node);
    return domain.isEmpty() ? node.getOpType() : domain + "." + node.getOpType();
  }

  private void addWeights(Map<String, Binding> weights, List<NodeProto> nodes, String output) {
    Set<String> read = new HashSet<>(Set.of(output));
    nodes.forEach(node -> reads(node).forEach(read::add));
    weights.forEach(
        (initializer, binding) -> {
          if (read.contains(initializer)) {
            values.put(initializer, weight(file.initializers().get(initializer), binding));
          }
        });
    file.initializers()
        .forEach(
            (name, tensor) -> {
              if (read.contains(name) && !values.containsKey(name)) {
                values.put(name, Creation.value(tensor, graph));
              }
            });
  }

  private Value weight(OnnxTensor tensor, Binding binding) {
    SymbolicShape stored = SymbolicShape.of(tensor.shape());
    SymbolicShape shape = binding.transposed() ? stored.permuted(1, 0) : stored;
    SDVariable variable =
        sameDiff.hasVariable(binding.variable())
            ? sameDiff.getVariable(binding.variable())
            : sameDiff.var(binding.variable(), array(tensor, binding.transposed()));
    Value value = Value.computed(ElementType.FLOAT, shape, variable);
    return binding.transposed()
        ? Shapes.permuted(graph, value, 1, 0).from("Transpose", List.of(value))
        : value;
  }

  private static INDArray array(OnnxTensor tensor, boolean transposed) {
    INDArray array = tensor.array();
    if (!transposed) {
      return array;
    }
    INDArray result = array.transpose().dup('c');
    array.close();
    return result;
  }

  private void translate(NodeProto node) {
    try (NameScope scope = graph.scope(ModulePath.of(node).orElse("graph"))) {
      List<Value> outputs =
          node.getOpType().equals(Branches.OPERATOR)
              ? branch(node)
              : operators.apply(
                  node.getOpType(), new Node(node, inputs(node), file.opset()), graph);
      for (int i = 0; i < Math.min(outputs.size(), node.getOutputCount()); i++) {
        values.put(node.getOutput(i), outputs.get(i));
      }
    } catch (CheckpointException e) {
      throw e;
    } catch (RuntimeException e) {
      // What a file asks for can be impossible in more ways than are worth checking beforehand.
      throw new CheckpointException(
          "Node \"%s\" (%s) of %s cannot be imported: %s."
              .formatted(node.getName(), operatorName(node), file.path(), reason(e)),
          e);
    }
  }

  /** One line, without its full stop. */
  private static String reason(RuntimeException failure) {
    String message = failure.getMessage();
    if (message == null || message.isBlank()) {
      return "it makes no sense (" + failure.getClass().getSimpleName() + ")";
    }
    String line = message.lines().findFirst().orElseThrow().replaceAll("[.\\s]+$", "");
    return line.length() > LONGEST_REASON ? line.substring(0, LONGEST_REASON) + "..." : line;
  }

  private List<Value> inputs(NodeProto node) {
    List<Value> inputs = new ArrayList<>();
    for (String name : node.getInputList()) {
      Value value = values.get(name);
      if (value == null && !name.isEmpty()) {
        throw new UnsupportedOperationException(
            "it reads \"" + name + "\", which nothing before it makes");
      }
      inputs.add(value);
    }
    return inputs;
  }

  /** Translates the branch that is taken; which one must be known. */
  private List<Value> branch(NodeProto node) {
    List<String> outputs = new ArrayList<>();
    List<NodeProto> taken = Branches.taken(inputs(node), node, outputs);
    List<NodeProto> needed = needed(taken, new HashSet<>(outputs));
    requireOperators(needed);
    Branches.initializers(node, new TensorReader(file.path()))
        .forEach((name, tensor) -> values.put(name, Creation.value(tensor, graph)));
    needed.forEach(this::translate);
    return outputs.stream()
        .map(
            name -> {
              Value value = values.get(name);
              if (value == null) {
                throw new UnsupportedOperationException(
                    "its branch does not make \"" + name + "\"");
              }
              return value;
            })
        .toList();
  }
}
