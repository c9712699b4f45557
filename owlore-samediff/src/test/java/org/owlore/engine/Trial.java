package org.owlore.engine;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One run of a compiled graph under the hardest observer that the contract allows: it takes a copy
 * of each gradient and then ruins gradient and weight, as an update may. What a later step reads by
 * mistake turns everything behind it into NaN. The weights are put back afterwards.
 *
 * @param gradients a copy of the gradient of each trained variable
 * @param outputs a copy of each output
 * @param steps what the plan consisted of
 */
record Trial(Map<String, INDArray> gradients, Map<String, INDArray> outputs, List<Step> steps) {

  /** Trains variables on the graph's loss. */
  static Trial of(SameDiff graph, Map<String, INDArray> batch, Collection<String> trained) {
    return of(graph, batch, trained, graph.getLossVariables());
  }

  /** Trains variables and reads outputs. */
  static Trial of(
      SameDiff graph,
      Map<String, INDArray> batch,
      Collection<String> trained,
      List<String> outputs) {
    return of(
        graph,
        batch,
        PlanRequest.builder()
            .outputs(outputs)
            .trained(Set.copyOf(trained))
            .placeholders(Engine.types(batch))
            .build());
  }

  /** Runs a request. */
  static Trial of(SameDiff graph, Map<String, INDArray> batch, PlanRequest request) {
    Map<String, INDArray> weights = new HashMap<>();
    request.trained().forEach(name -> weights.put(name, graph.getArrForVarName(name).dup()));
    try (Engine engine = new Engine(graph)) {
      PlanExecutor executor = engine.executor(request);
      Map<String, INDArray> gradients = new HashMap<>();
      executor.run(batch, ruining(graph, gradients));
      Map<String, INDArray> read = new HashMap<>();
      request.outputs().forEach(name -> read.put(name, executor.output(name).dup()));
      return new Trial(gradients, read, executor.plan().steps());
    } finally {
      weights.forEach((name, weight) -> graph.getArrForVarName(name).assign(weight));
    }
  }

  private static StepObserver ruining(SameDiff graph, Map<String, INDArray> gradients) {
    return new StepObserver() {
      @Override
      public void gradient(String variable, INDArray gradient) {
        gradients.put(variable, gradient.dup());
        gradient.assign(Double.NaN);
        graph.getArrForVarName(variable).assign(Double.NaN);
      }
    };
  }

  INDArray gradient(String variable) {
    return gradients.get(variable);
  }

  double loss(SameDiff graph) {
    return outputs.get(graph.getLossVariables().get(0)).getDouble(0);
  }

  /** How many steps run the native operation of that name. */
  long count(String operation) {
    return steps.stream()
        .filter(Step.Compute.class::isInstance)
        .map(Step.Compute.class::cast)
        .filter(step -> step.operation().is(operation))
        .count();
  }
}
