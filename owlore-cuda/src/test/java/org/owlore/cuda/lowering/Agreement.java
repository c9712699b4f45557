package org.owlore.cuda.lowering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.cuda.program.AttentionForm;
import org.owlore.cuda.program.Precision;
import org.owlore.cuda.program.Program;
import org.owlore.engine.Engine;
import org.owlore.engine.PlanExecutor;
import org.owlore.engine.PlanRequest;
import org.owlore.engine.StepObserver;

/** Programs on the interpreter against the CPU executor of the same plans. */
final class Agreement {
  private Agreement() {}

  /**
   * Fails unless outputs and gradients of a request agree, in each form of attention.
   *
   * @param tolerance norm of the difference, relative to that of the array
   * @return the programs, one for each of {@link AttentionForm#values}
   */
  static List<Program> check(
      SameDiff graph,
      Map<String, INDArray> batch,
      PlanRequest request,
      Precision precision,
      double tolerance) {
    Map<String, INDArray> gradients = new HashMap<>();
    Map<String, INDArray> outputs = new HashMap<>();
    try (Engine engine = new Engine(graph)) {
      PlanExecutor executor = engine.executor(request);
      executor.run(
          batch,
          new StepObserver() {
            @Override
            public void gradient(String variable, INDArray gradient) {
              gradients.put(variable, gradient.dup());
            }
          });
      request.outputs().forEach(name -> outputs.put(name, executor.output(name).dup()));
    }
    List<Program> programs = new ArrayList<>();
    for (AttentionForm form : AttentionForm.values()) {
      DeviceTrial trial = DeviceTrial.of(graph, batch, request, precision, form);
      programs.add(trial.program());
      outputs.forEach(
          (name, wanted) -> assertClose(name, trial.outputs().get(name), wanted, tolerance));
      assertThat(trial.gradients()).containsOnlyKeys(gradients.keySet());
      gradients.forEach(
          (name, wanted) -> assertClose(name, trial.gradients().get(name), wanted, tolerance));
    }
    return programs;
  }

  private static void assertClose(String name, INDArray actual, INDArray wanted, double tolerance) {
    double scale = wanted.norm2Number().doubleValue() + 1e-3;
    double distance = actual.sub(wanted.castTo(actual.dataType())).norm2Number().doubleValue();
    assertThat(distance / scale).as(name).isCloseTo(0, within(tolerance));
  }
}
