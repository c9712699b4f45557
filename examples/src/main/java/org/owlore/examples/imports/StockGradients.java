package org.owlore.examples.imports;

import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.graph.GraphPreparation;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.internals.GradientFunction;

/** Computes as SameDiff does by itself, on a prepared graph. */
final class StockGradients implements GradientSource {

  @Override
  public Computed compute(LanguageModel model, Map<String, INDArray> inputs) {
    SameDiff graph = model.graph();
    GraphPreparation.prepare(graph);
    graph.setLossVariables(model.loss());
    // Else SameDiff would print a line for each operation.
    GradientFunction.of(graph);
    Map<String, INDArray> placeholders = GradientSource.placeholders(graph, inputs);
    final long start = System.nanoTime();
    Map<String, INDArray> outputs =
        graph.output(placeholders, List.of(model.logits(), model.loss()));
    Map<String, INDArray> gradients =
        graph.calculateGradients(placeholders, GradientSource.weights(graph));
    return new Computed(
        outputs.get(model.logits()),
        outputs.get(model.loss()).getDouble(0),
        gradients,
        PassCost.since(start, 0));
  }
}
