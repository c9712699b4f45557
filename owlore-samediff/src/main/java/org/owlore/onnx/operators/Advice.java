package org.owlore.onnx.operators;

import java.util.Map;

/** What to do about operators that cannot be imported. */
final class Advice {
  private static final String EXPORT_PLAIN =
      "export the model with torch.onnx.export or optimum-cli export onnx, without further"
          + " optimization";

  private static final Map<String, String> BY_OPERATOR =
      Map.of(
          "Loop", "export it without generation loops, for a single forward pass",
          "Scan", "export it without generation loops, for a single forward pass",
          "QuantizeLinear", "export the model before quantization",
          "DequantizeLinear", "export the model before quantization",
          "MatMulInteger", "export the model before quantization",
          "DynamicQuantizeLinear", "export the model before quantization");

  private Advice() {}

  static String instead(String operator) {
    return BY_OPERATOR.getOrDefault(operator, EXPORT_PLAIN);
  }
}
