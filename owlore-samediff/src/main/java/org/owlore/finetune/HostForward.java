package org.owlore.finetune;

import java.util.Map;
import java.util.function.BiConsumer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.engine.Engine;
import org.owlore.engine.PlanRequest;
import org.owlore.engine.StepObserver;
import org.owlore.graph.LanguageModel;

/** Computes a model where ND4J does, on the graph's own weights. */
final class HostForward implements ForwardDevice {
  private final Engine engine;

  HostForward(LanguageModel model) {
    this.engine = new Engine(model.graph());
  }

  @Override
  public void run(
      PlanRequest request,
      Map<String, INDArray> placeholders,
      BiConsumer<String, INDArray> reader) {
    StepObserver observer =
        new StepObserver() {
          @Override
          public void visit(String name, INDArray value) {
            reader.accept(name, value);
          }
        };
    engine.executor(request).run(placeholders, observer);
  }

  @Override
  public void close() {
    engine.close();
  }
}
