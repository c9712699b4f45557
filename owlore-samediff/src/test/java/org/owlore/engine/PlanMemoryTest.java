package org.owlore.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.finetune.Batch;
import org.owlore.graph.LanguageModel;
import org.owlore.testing.TinyLlama;

class PlanMemoryTest {

  private static TrainingPlan plan(
      SameDiff graph, Map<String, INDArray> batch, List<String> trained) {
    return new PlanCompiler(graph)
        .compile(
            PlanRequest.builder()
                .outputs(graph.getLossVariables())
                .trained(trained)
                .placeholders(Engine.types(batch))
                .build());
  }

  /** y = x W of 16 x 8 floats is read by the backward pass of y * y; dW has 4 x 8 floats. */
  @Test
  void countsWhatTheBackwardPassReadsAsActivations() {
    SameDiff graph = SameDiff.create();
    SDVariable x = graph.placeHolder("x", DataType.FLOAT, 16, 4);
    SDVariable y = x.mmul(graph.var("weight", Nd4j.ones(DataType.FLOAT, 4, 8)));
    y.mul(y).sum("loss", 0, 1);
    graph.setLossVariables("loss");
    Map<String, INDArray> batch = Map.of("x", Nd4j.ones(DataType.FLOAT, 16, 4));
    PlanMemory memory = plan(graph, batch, List.of("weight")).memory();
    assertThat(memory.mostActivations()).isGreaterThanOrEqualTo(4 * (16 * 4 + 16 * 8));
  }

  @Test
  void aForwardPassHasNeitherActivationsNorGradients() {
    LanguageModel model = TinyLlama.untied(1);
    try (Batch batch = TinyLlama.batch(2, 9, 0)) {
      PlanMemory memory = plan(model.graph(), batch.placeholders(), List.of()).memory();
      assertThat(memory.gradients()).isZero();
      assertThat(memory.mostActivations()).isZero();
      assertThat(memory.temporaries()).isPositive();
    }
  }

  @Test
  void theArenaIsHardlyLargerThanWhatMustBeHeld() {
    LanguageModel model = TinyLlama.untied(1);
    List<String> all = TinyLlama.weights(model.graph()).keySet().stream().toList();
    try (Batch batch = TinyLlama.batch(4, 32, 0)) {
      TrainingPlan plan = plan(model.graph(), batch.placeholders(), all);
      assertThat((double) plan.workspaceBytes())
          .isBetween((double) plan.memory().total(), 1.1 * plan.memory().total());
    }
  }
}
