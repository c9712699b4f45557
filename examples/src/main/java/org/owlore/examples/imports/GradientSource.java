package org.owlore.examples.imports;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.graph.LanguageModel;

/** Computes logits and gradients of a model. */
interface GradientSource {

  /**
   * Runs forward and backward for all trainable weights.
   *
   * @param inputs at least the model's inputs
   */
  Computed compute(LanguageModel model, Map<String, INDArray> inputs);

  /**
   * The inputs that a graph has.
   *
   * @throws IllegalArgumentException when one is not given
   */
  static Map<String, INDArray> placeholders(SameDiff graph, Map<String, INDArray> inputs) {
    Map<String, INDArray> wanted = new TreeMap<>();
    for (String name : graph.inputs()) {
      if (!inputs.containsKey(name)) {
        throw new IllegalArgumentException(
            "The imported graph wants an input \"%s\", which PyTorch's model has not."
                .formatted(name));
      }
      wanted.put(name, inputs.get(name));
    }
    return wanted;
  }

  /** Names of the trainable weights. */
  static List<String> weights(SameDiff graph) {
    return graph.variables().stream()
        .filter(variable -> variable.getVariableType() == VariableType.VARIABLE)
        .map(SDVariable::name)
        .toList();
  }
}
