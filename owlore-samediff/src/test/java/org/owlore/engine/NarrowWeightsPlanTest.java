package org.owlore.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.graph.GraphPreparation;
import org.owlore.graph.LanguageModel;
import org.owlore.huggingface.HuggingFaceConfig;
import org.owlore.precision.StorageType;
import org.owlore.testing.TinyLlama;

/** Plans of graphs whose weights are stored in 16 bits a number. */
class NarrowWeightsPlanTest {
  private static final Set<DataType> NARROW = Set.of(DataType.BFLOAT16, DataType.HALF);
  private final Map<String, INDArray> batch = TinyLlama.batch(3, 7, 5).placeholders();

  private static HuggingFaceConfig config(boolean tied) {
    return TinyLlama.config().tiedEmbedding(tied).build();
  }

  private Trial everythingTrains(LanguageModel model, boolean checkpointing) {
    GraphPreparation.prepare(model.graph());
    PlanRequest.PlanRequestBuilder request =
        PlanRequest.builder()
            .output(model.loss())
            .trained(TinyLlama.variables(model.layers(), 0, 1, 2))
            .trained(TinyLlama.ends(model.layers()))
            .placeholders(Engine.types(batch));
    if (checkpointing) {
      model.layers().layers().forEach(layer -> request.checkpoint(layer.input()));
    }
    return Trial.of(model.graph(), batch, request.build());
  }

  private static List<Step.Compute> computations(Trial trial) {
    return trial.steps().stream()
        .filter(Step.Compute.class::isInstance)
        .map(Step.Compute.class::cast)
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "BF16, true, false",
    "BF16, false, false",
    "F16, true, false",
    "F16, false, false",
    "BF16, true, true"
  })
  void lossAndGradientsAreThoseOfTheSameWeightsInFloat32(
      StorageType storage, boolean tied, boolean checkpointing) {
    LanguageModel stored = TinyLlama.stored(storage, config(tied), 3);
    LanguageModel rounded = TinyLlama.rounded(storage, config(tied), 3);

    Trial found = everythingTrains(stored, checkpointing);
    Trial expected = everythingTrains(rounded, checkpointing);

    assertThat(found.loss(stored.graph())).isEqualTo(expected.loss(rounded.graph()), within(1e-6));
    expected
        .gradients()
        .forEach(
            (name, gradient) -> {
              INDArray other = found.gradient(name);
              assertThat(other.dataType()).as(name).isEqualTo(DataType.FLOAT);
              assertThat(other.sub(gradient).norm2Number().doubleValue())
                  .as(name)
                  .isLessThanOrEqualTo(1e-6 * gradient.norm2Number().doubleValue());
            });
  }

  @ParameterizedTest
  @EnumSource(
      value = StorageType.class,
      names = {"BF16", "F16"})
  void nothingIsComputedInSixteenBits(StorageType storage) {
    LanguageModel model = TinyLlama.stored(storage, config(true), 3);
    Map<String, Value> values = plan(model, TinyLlama.ends(model.layers())).values();
    for (Step step : plan(model, TinyLlama.ends(model.layers())).steps()) {
      if (step instanceof Step.Compute compute) {
        if (anyNarrow(compute.inputs(), values)) {
          assertThat(compute.operation().name()).isIn("cast", "gather", "zeroslike");
        }
        if (anyNarrow(compute.outputs(), values)) {
          assertThat(compute.operation().name()).isEqualTo("gather");
        }
      }
    }
  }

  private TrainingPlan plan(LanguageModel model, List<String> trained) {
    GraphPreparation.prepare(model.graph());
    return new PlanCompiler(model.graph())
        .compile(
            PlanRequest.builder()
                .output(model.loss())
                .trained(trained)
                .placeholders(Engine.types(batch))
                .build());
  }

  private static boolean anyNarrow(List<String> names, Map<String, Value> values) {
    return names.stream().anyMatch(name -> NARROW.contains(values.get(name).type().dataType()));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aCastWeightLivesForOneStep(boolean checkpointing) {
    LanguageModel model = TinyLlama.stored(StorageType.BF16, config(false), 3);
    List<Step.Compute> steps = computations(everythingTrains(model, checkpointing));
    int casts = 0;
    for (int i = 0; i < steps.size(); i++) {
      Step.Compute step = steps.get(i);
      if (step.operation().is("cast")
          && model.graph().hasVariable(step.inputs().get(0))
          && step.inputs().get(0).endsWith(".weight")) {
        casts++;
        String wide = step.outputs().get(0);
        List<Step.Compute> readers = new ArrayList<>(steps);
        readers.removeIf(reader -> !reader.inputs().contains(wide));
        assertThat(readers).containsExactly(steps.get(i + 1));
      }
    }
    int linears = 3 * 7;
    int again = checkpointing ? 2 * linears / 3 : 0;
    assertThat(casts).isBetween(2 * linears + 2, 2 * linears + 2 + again);
  }

  @Test
  void aCastThatIsReadThroughAnotherShapeIsMadeAnewAsWell() {
    SameDiff graph = SameDiff.create();
    SDVariable weight = graph.var("weight", Nd4j.rand(DataType.FLOAT, 12).castTo(DataType.HALF));
    SDVariable wide = graph.reshape("shaped", weight.castTo("wide", DataType.FLOAT), 4, 3);
    SDVariable x = graph.placeHolder("x", DataType.FLOAT, 2, 4);
    SDVariable y = x.mmul(wide);
    y.mmul(graph.transpose(wide)).norm2("loss");
    graph.setLossVariables("loss");

    Trial trial = Trial.of(graph, Map.of("x", Nd4j.rand(DataType.FLOAT, 2, 4)), List.of("weight"));

    assertThat(computations(trial))
        .filteredOn(step -> step.operation().is("cast"))
        .hasSizeGreaterThan(1)
        .allSatisfy(
            cast ->
                assertThat(computations(trial))
                    .filteredOn(reader -> reader.inputs().contains(cast.outputs().get(0)))
                    .hasSize(1));
    assertThat(trial.gradient("weight").shape()).containsExactly(12);
  }

  @Test
  void contributionsOfSeveralUsesAreAddedInFloat32() {
    SameDiff graph = SameDiff.create();
    SDVariable weight = graph.var("weight", Nd4j.ones(DataType.BFLOAT16, 1));
    SDVariable a = graph.placeHolder("a", DataType.FLOAT, 1);
    SDVariable b = graph.placeHolder("b", DataType.FLOAT, 1);
    SDVariable first = weight.castTo("first", DataType.FLOAT).mul(a);
    SDVariable second = weight.castTo("second", DataType.FLOAT).mul(b);
    first.add(second).sum("loss");
    graph.setLossVariables("loss");

    Trial trial =
        Trial.of(
            graph,
            Map.of("a", Nd4j.createFromArray(1f), "b", Nd4j.createFromArray(0x1p-12f)),
            List.of("weight"));

    assertThat(trial.gradient("weight").toFloatVector()).containsExactly(1 + 0x1p-12f);
  }

  @Test
  void aGradientThatWasComputedInDoubleIsNotRoundedToSixteenBits() {
    SameDiff graph = SameDiff.create();
    SDVariable weight = graph.var("weight", Nd4j.ones(DataType.HALF, 1));
    SDVariable factor = graph.placeHolder("factor", DataType.DOUBLE, 1);
    weight.castTo(DataType.DOUBLE).mul(factor).sum("loss");
    graph.setLossVariables("loss");

    INDArray gradient =
        Trial.of(graph, Map.of("factor", Nd4j.createFromArray(1 + 0x1p-20)), List.of("weight"))
            .gradient("weight");

    assertThat(gradient.dataType()).isEqualTo(DataType.FLOAT);
    assertThat(gradient.toDoubleVector()).containsExactly(1 + 0x1p-20);
  }

  @Test
  void aGradientThatWasComputedInSixteenBitsIsHandedOutInFloat32() {
    SameDiff graph = SameDiff.create();
    SDVariable weight = graph.var("weight", Nd4j.createFromArray(1f, 2f).castTo(DataType.BFLOAT16));
    weight.mul(weight).castTo(DataType.FLOAT).sum("loss");
    graph.setLossVariables("loss");

    INDArray gradient = Trial.of(graph, Map.of(), List.of("weight")).gradient("weight");

    assertThat(gradient.dataType()).isEqualTo(DataType.FLOAT);
    assertThat(gradient.toFloatVector()).containsExactly(2, 4);
  }
}
