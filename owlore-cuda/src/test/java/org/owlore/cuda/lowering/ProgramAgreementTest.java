package org.owlore.cuda.lowering;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.cuda.program.Precision;
import org.owlore.engine.Engine;
import org.owlore.engine.PlanRequest;
import org.owlore.engine.RandomGraph;
import org.owlore.finetune.Batch;
import org.owlore.graph.GraphPreparation;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.ModelInput;
import org.owlore.graph.imported.GraphNames;
import org.owlore.onnx.OnnxModel;
import org.owlore.precision.StorageType;
import org.owlore.tensorflow.TensorFlowFile;
import org.owlore.testing.PlainModel;
import org.owlore.testing.Resources;
import org.owlore.testing.SmallExports;
import org.owlore.testing.TinyLlama;

/** Programs on the interpreter against the CPU executor of the same plans. */
class ProgramAgreementTest {

  @Property(tries = 60, shrinking = ShrinkingMode.OFF)
  void programsOfRandomGraphsMakeTheGradientsOfTheCpu(@ForAll long seed) {
    RandomGraph sample = new RandomGraph(seed);
    Random random = new Random(seed);
    Set<String> trained = new TreeSet<>(sample.weights);
    trained.removeIf(weight -> trained.size() > 1 && random.nextInt(3) == 0);
    PlanRequest request =
        PlanRequest.builder()
            .output("loss")
            .trained(trained)
            .placeholders(Engine.types(sample.batch))
            .build();
    Agreement.check(sample.graph, sample.batch, request, Precision.FLOAT32, 1e-4);
  }

  /** The update of the weight may come between its cast and the product that reads the cast. */
  @Test
  void aNarrowWeightOnTheLeftIsMultipliedAsItWasBeforeItsUpdate() {
    SameDiff graph = SameDiff.create();
    SDVariable x = graph.placeHolder("x", DataType.FLOAT, 4, 3);
    SDVariable left = graph.var("left", Nd4j.rand(DataType.FLOAT, 5, 4).castTo(DataType.BFLOAT16));
    SDVariable scale = graph.var("scale", Nd4j.rand(DataType.FLOAT, 3));
    SDVariable made = graph.mmul(left.castTo(DataType.FLOAT), graph.math.tanh(x.mul(scale)));
    graph.math.square(made).mean("loss");
    graph.setLossVariables("loss");
    GraphPreparation.prepare(graph);
    Map<String, INDArray> batch = Map.of("x", Nd4j.rand(DataType.FLOAT, 4, 3));
    PlanRequest request =
        PlanRequest.builder()
            .output("loss")
            .trained(Set.of("left", "scale"))
            .placeholders(Engine.types(batch))
            .build();

    Agreement.check(graph, batch, request, Precision.BF16, 2e-2);
  }

  @Test
  void aLlamaMakesTheGradientsOfTheCpu() {
    assertAgreement(TinyLlama.untied(1), 1, Precision.FLOAT32, 1e-4);
  }

  @Test
  void aLlamaWithATiedHeadMakesTheGradientsOfTheCpu() {
    assertAgreement(TinyLlama.tied(2), 2, Precision.FLOAT32, 1e-4);
  }

  @Test
  void weightsStoredAsBfloat16MakeTheGradientsOfTheCpu() {
    LanguageModel model = TinyLlama.stored(StorageType.BF16, TinyLlama.config().build(), 3);
    assertAgreement(model, 3, Precision.FLOAT32, 1e-4);
  }

  @Test
  void productsInBfloat16StayWithinItsRounding() {
    LanguageModel model = TinyLlama.stored(StorageType.BF16, TinyLlama.config().build(), 4);
    assertAgreement(model, 4, Precision.BF16, 5e-2);
  }

  @TempDir static Path folder;

  static Stream<Path> exports() {
    return SmallExports.unpack(folder).stream();
  }

  @ParameterizedTest
  @MethodSource("exports")
  void anOnnxExportMakesTheGradientsOfTheCpu(Path file) {
    LanguageModel model = OnnxModel.open(file).load();
    assertFirstLayerAgrees(model);
  }

  @Test
  void aTensorFlowGraphMakesTheGradientsOfTheCpu() throws IOException {
    Path file = Resources.copy("org/owlore/tensorflow/causal/model.pb", folder);
    assertFirstLayerAgrees(TensorFlowFile.open(file).load(GraphNames.NONE).model());
  }

  @Test
  void aGptTwoMakesTheGradientsOfTheCpu() throws IOException {
    assertFirstLayerAgrees(OnnxModel.open(Resources.copy("onnx/gpt2.onnx", folder)).load());
  }

  @Test
  void aGraphOfOnesOwnMakesTheGradientsOfTheCpu() {
    assertFirstLayerAgrees(PlainModel.reading(ModelInput.builder().maximumLength(16).build()));
  }

  private static void assertFirstLayerAgrees(LanguageModel model) {
    GraphPreparation.prepare(model.graph());
    ModelInput input = model.input();
    int rows = input.fixedBatch() > 0 ? input.fixedBatch() : 2;
    int length = input.fixedLength() ? input.maximumLength() : 6;
    try (Batch batch = TinyLlama.batch(rows, length, 5)) {
      PlanRequest request =
          PlanRequest.builder()
              .output(model.loss())
              .trained(model.layers().layers().get(0).variables())
              .placeholders(Engine.types(batch.placeholders()))
              .build();
      Agreement.check(model.graph(), batch.placeholders(), request, Precision.FLOAT32, 1e-4);
    }
  }

  private static void assertAgreement(
      LanguageModel model, long seed, Precision precision, double tolerance) {
    GraphPreparation.prepare(model.graph());
    Set<String> trained = new LinkedHashSet<>(TinyLlama.variables(model.layers(), 1));
    for (boolean checkpointing : List.of(false, true)) {
      for (int rows : List.of(1, 3)) {
        try (Batch batch = TinyLlama.batch(rows, 7, seed)) {
          PlanRequest.PlanRequestBuilder request =
              PlanRequest.builder()
                  .output(model.loss())
                  .output(model.logits())
                  .visit(model.loss())
                  .trained(trained)
                  .placeholders(Engine.types(batch.placeholders()));
          if (checkpointing) {
            model
                .layers()
                .layers()
                .forEach(l -> request.checkpoint(l.input()).checkpoint(l.output()));
          }
          Agreement.check(
              model.graph(), batch.placeholders(), request.build(), precision, tolerance);
        }
      }
    }
  }
}
