package org.owlore.examples.imports;

import java.util.HashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.engine.Engine;
import org.owlore.engine.PlanExecutor;
import org.owlore.engine.PlanRequest;
import org.owlore.engine.StepObserver;
import org.owlore.graph.LanguageModel;

/** Computes with a training plan, as fine-tuning does. */
final class PlanGradients implements GradientSource {

  @Override
  public Computed compute(LanguageModel model, Map<String, INDArray> inputs) {
    Map<String, INDArray> placeholders = GradientSource.placeholders(model.graph(), inputs);
    PlanRequest request =
        PlanRequest.builder()
            .output(model.loss())
            .output(model.logits())
            .trained(GradientSource.weights(model.graph()))
            .placeholders(Engine.types(placeholders))
            .build();
    Map<String, INDArray> gradients = new HashMap<>();
    StepObserver collect =
        new StepObserver() {
          @Override
          public void gradient(String variable, INDArray gradient) {
            gradients.put(variable, gradient.dup('c'));
          }
        };
    try (Engine engine = new Engine(model.graph())) {
      PlanExecutor executor = engine.executor(request);
      long start = System.nanoTime();
      executor.run(placeholders, collect);
      PassCost cost = PassCost.since(start, engine.workspaceBytes());
      return new Computed(
          executor.output(model.logits()).dup('c'),
          executor.output(model.loss()).getDouble(0),
          gradients,
          cost);
    }
  }
}
