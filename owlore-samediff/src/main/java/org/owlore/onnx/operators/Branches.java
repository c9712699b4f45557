package org.owlore.onnx.operators;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.ValueInfoProto;
import org.owlore.onnx.file.OnnxTensor;
import org.owlore.onnx.file.TensorReader;

/** The operator If, where the exporter left a condition that is known at import. */
final class Branches {
  static final String OPERATOR = "If";

  private Branches() {}

  /**
   * The nodes of the branch that is taken.
   *
   * @param outputs receives the names of what the branch makes
   */
  static List<NodeProto> taken(List<Value> inputs, NodeProto node, List<String> outputs) {
    Value condition = inputs.isEmpty() ? null : inputs.get(0);
    if (condition == null || condition.uniformConstant().isEmpty()) {
      throw new UnsupportedOperationException(
          "its condition depends on the data: export the model with fixed inputs, without cache"
              + " branches");
    }
    String name = condition.isUniform(0) ? "else_branch" : "then_branch";
    GraphProto branch =
        node.getAttributeList().stream()
            .filter(attribute -> attribute.getName().equals(name) && attribute.hasG())
            .map(AttributeProto::getG)
            .findFirst()
            .orElseThrow(() -> new UnsupportedOperationException("its " + name + " is missing"));
    branch.getOutputList().stream().map(ValueInfoProto::getName).forEach(outputs::add);
    return branch.getNodeList();
  }

  /** The tensors that both branches bring along. */
  static Map<String, OnnxTensor> initializers(NodeProto node, TensorReader reader) {
    Map<String, OnnxTensor> initializers = new HashMap<>();
    for (AttributeProto attribute : node.getAttributeList()) {
      for (TensorProto tensor : attribute.getG().getInitializerList()) {
        initializers.put(tensor.getName(), reader.read(tensor));
      }
    }
    return initializers;
  }
}
