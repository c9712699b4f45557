package org.owlore.onnx.operators;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.owlore.onnx.file.ElementType;
import org.owlore.onnx.symbolic.SymbolicShape;

/** Softmax and norms, spelled out in operations whose gradients are right in ND4J. */
final class Normalization {
  /** From this version on softmax works along one axis; before, on all axes from one on. */
  private static final int SOFTMAX_ALONG_AXIS = 13;

  private Normalization() {}

  static Map<String, Operator> operators() {
    Map<String, Operator> operators = new HashMap<>();
    operators.put("Softmax", (Operator.Single) Normalization::softmax);
    operators.put("LogSoftmax", (Operator.Single) Normalization::logSoftmax);
    operators.put("LayerNormalization", (Operator.Single) Normalization::layerNorm);
    operators.put(
        "SimplifiedLayerNormalization", (Operator.Single) Normalization::rootMeanSquareNorm);
    operators.put("RMSNormalization", (Operator.Single) Normalization::rootMeanSquareNorm);
    return operators;
  }

  private static Value softmax(Node node, ImportedGraph graph) {
    Value input = node.input(0);
    SymbolicShape shape = input.shape();
    SDVariable array = graph.full(input);
    if (node.opset() >= SOFTMAX_ALONG_AXIS) {
      int axis = node.axis("axis", -1);
      return Value.computed(ElementType.FLOAT, shape, softmax(graph, array, axis));
    }
    int axis = node.axis("axis", 1);
    if (axis == shape.rank() - 1) {
      return Value.computed(ElementType.FLOAT, shape, softmax(graph, array, axis));
    }
    SymbolicShape flat =
        SymbolicShape.of(shape.part(0, axis).size(), shape.part(axis, shape.rank()).size());
    SDVariable result = softmax(graph, graph.reshaped(array, shape, flat), 1);
    return Value.computed(ElementType.FLOAT, shape, graph.reshaped(result, flat, shape));
  }

  private static SDVariable softmax(ImportedGraph graph, SDVariable array, int axis) {
    return graph.once(() -> graph.graph().nn().softmax(array, axis), "softmax", array, axis);
  }

  private static Value logSoftmax(Node node, ImportedGraph graph) {
    Value input = node.input(0);
    if (node.opset() < SOFTMAX_ALONG_AXIS && node.axis("axis", 1) != input.shape().rank() - 1) {
      throw new UnsupportedOperationException("it spans several axes");
    }
    int axis = node.axis("axis", -1);
    SDVariable array = graph.full(input);
    SDVariable result =
        graph.once(() -> logSoftmax(graph.graph(), array, axis), "log_softmax", array, axis);
    return Value.computed(ElementType.FLOAT, input.shape(), result);
  }

  /** Without a logarithm of 0, however far the numbers lie apart. */
  private static SDVariable logSoftmax(SameDiff graph, SDVariable array, int axis) {
    SDVariable shifted = array.sub(graph.max(array, true, axis));
    return shifted.sub(graph.math().log(graph.sum(graph.math().exp(shifted), true, axis)));
  }

  private static Value layerNorm(Node node, ImportedGraph graph) {
    if (node.outputs() > 1) {
      throw new UnsupportedOperationException("its second output is not supported");
    }
    Value input = node.input(0);
    int[] axes = axes(node, input.shape());
    SDVariable array = graph.full(input);
    SDVariable centred =
        graph.once(
            () -> array.sub(graph.graph().mean(array, true, axes)), "centred", array, axes.length);
    return scaled(node, graph, normalized(node, graph, centred, axes));
  }

  private static Value rootMeanSquareNorm(Node node, ImportedGraph graph) {
    Value input = node.input(0);
    SDVariable array = graph.full(input);
    return scaled(node, graph, normalized(node, graph, array, axes(node, input.shape())));
  }

  private static int[] axes(Node node, SymbolicShape shape) {
    return IntStream.range(node.axis("axis", -1), shape.rank()).toArray();
  }

  /** Divides by the root of the mean square. */
  private static Value normalized(Node node, ImportedGraph graph, SDVariable array, int... axes) {
    double epsilon = node.real("epsilon", 1e-5);
    SameDiff sameDiff = graph.graph();
    SDVariable result =
        graph.once(
            () -> {
              SDVariable meanSquare = sameDiff.mean(array.mul(array), true, axes);
              return array.div(sameDiff.math().sqrt(meanSquare.add(epsilon)));
            },
            "normalized",
            array,
            epsilon,
            axes.length);
    return Value.computed(ElementType.FLOAT, node.input(0).shape(), result);
  }

  private static Value scaled(Node node, ImportedGraph graph, Value normalized) {
    Value scaled = Arithmetic.multiply(graph, normalized, node.input(1));
    return node.optional(2).map(bias -> Arithmetic.add(graph, scaled, bias)).orElse(scaled);
  }
}
