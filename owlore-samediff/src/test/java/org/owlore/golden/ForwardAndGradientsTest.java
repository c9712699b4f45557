package org.owlore.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.owlore.engine.Engine;
import org.owlore.engine.PlanExecutor;
import org.owlore.engine.PlanRequest;
import org.owlore.engine.StepObserver;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.LayerMap;
import org.owlore.huggingface.HuggingFaceCheckpoint;
import org.owlore.testing.SharedData;

/** The compiled plan against PyTorch, on a real pretrained Llama. */
class ForwardAndGradientsTest {

  @Test
  void logitsLossAndEveryGradientEqualPyTorch() {
    LanguageModel model = HuggingFaceCheckpoint.open(SharedData.require("data/stories260K")).load();
    Map<String, INDArray> batch = batch(SharedData.array("golden/forward/tokens.npy"));
    Map<String, INDArray> gradients = new HashMap<>();
    try (Engine engine = new Engine(model.graph())) {
      PlanExecutor executor =
          engine.executor(
              PlanRequest.builder()
                  .outputs(List.of(model.loss(), model.logits()))
                  .trained(trainable(model.layers()).toList())
                  .placeholders(Engine.types(batch))
                  .build());
      executor.run(
          batch,
          new StepObserver() {
            @Override
            public void gradient(String variable, INDArray gradient) {
              gradients.put(variable, gradient.dup());
            }
          });

      double loss = executor.output(model.loss()).getDouble(0);
      double expected = SharedData.json("golden/forward/loss.json").get("loss").asDouble();
      assertThat(loss).isCloseTo(expected, within(1e-5));
      INDArray logits = SharedData.array("golden/forward/logits.npy");
      assertThat(executor.output(model.logits()).sub(logits).amaxNumber().doubleValue())
          .isLessThan(1e-4);
    }
    assertThat(gradients).hasSize(47);
    gradients.forEach(
        (name, actual) -> {
          INDArray expected = SharedData.array("golden/forward/grad." + name + ".npy");
          assertThat(actual.distance2(expected) / expected.norm2Number().doubleValue())
              .as(name)
              .isLessThan(1e-4);
        });
  }

  private static Stream<String> trainable(LayerMap layers) {
    Stream<String> blocks = layers.layers().stream().flatMap(layer -> layer.variables().stream());
    Stream<String> ends =
        Stream.of(layers.embedding(), layers.finalNorm(), layers.head()).flatMap(List::stream);
    return Stream.concat(blocks, ends);
  }

  private static Map<String, INDArray> batch(INDArray tokens) {
    long length = tokens.size(1) - 1;
    INDArray inputs = tokens.get(NDArrayIndex.all(), NDArrayIndex.interval(0, length)).dup('c');
    INDArray labels = tokens.get(NDArrayIndex.all(), NDArrayIndex.interval(1, length + 1)).dup('c');
    return Map.of(
        LanguageModel.INPUT_IDS, inputs,
        LanguageModel.ATTENTION_MASK, Nd4j.ones(DataType.INT32, inputs.shape()),
        LanguageModel.LABELS, labels);
  }
}
