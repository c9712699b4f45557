package org.owlore.graph.layers;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** What cannot be found is refused in one sentence. */
class LayerMapFinderRefusalTest {

  @ParameterizedTest
  @EnumSource(value = SampleModels.class, names = "ENCODER_DECODER", mode = Mode.EXCLUDE)
  void aModelOfOneBlockWithoutNamesIsRefused(SampleModels family) {
    SampleModel model = family.build(1);
    RandomNames names = new RandomNames(model.graph, 4);
    LayerMapFinder finder = new LayerMapFinder(model.graph, names.of(SampleModel.LOGITS));

    assertThatThrownBy(finder::find)
        .isInstanceOf(LayersNotFoundException.class)
        .hasMessageStartingWith("No layers were found")
        .hasMessageContaining("no block with weights repeats")
        .hasMessageEndingWith("such as \"layers\\.(\\d+)\\.\".");
  }

  @Test
  void aPatternThatMakesOneLayerOfInterleavedPartsIsRefused() {
    SameDiff graph = SameDiff.create();
    SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, 4);
    for (String name : List.of("a0", "a1", "b0", "b1")) {
      x = graph.math().tanh(x.mmul(graph.var(name, Nd4j.zeros(DataType.FLOAT, 4, 4))));
    }
    LayerMapFinder finder = new LayerMapFinder(graph, x.name());

    assertThatThrownBy(() -> finder.byPattern("[ab](\\d)"))
        .isInstanceOf(LayersNotFoundException.class)
        .hasMessageContainingAll("Layer 0", "\"b0\" is used behind it only");
  }

  @Test
  void blocksThatShareTheirWeightsAreRefused() {
    SameDiff graph = SameDiff.create();
    SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, 4);
    SDVariable shared = graph.var("shared", Nd4j.zeros(DataType.FLOAT, 4, 4));
    for (int i = 0; i < 3; i++) {
      x = x.add(graph.math().tanh(x.mmul(shared)));
    }
    LayerMapFinder finder = new LayerMapFinder(graph, x.name());

    assertThatThrownBy(finder::find)
        .isInstanceOf(LayersNotFoundException.class)
        .hasMessageContaining("no trainable variable is its own");
  }

  @Test
  void anUnknownOutputIsRefused() {
    SampleModel model = SampleModels.LLAMA.build(2);

    assertThatThrownBy(() -> new LayerMapFinder(model.graph, "logit"))
        .isInstanceOf(LayersNotFoundException.class)
        .hasMessageContaining("The graph has no array \"logit\"");
  }

  @Test
  void aGraphWithoutTrainableWeightsIsRefused() {
    SameDiff graph = SameDiff.create();
    SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, 4);
    x.mmul("y", graph.constant(Nd4j.zeros(DataType.FLOAT, 4, 4)));

    assertThatThrownBy(() -> new LayerMapFinder(graph, "y"))
        .isInstanceOf(LayersNotFoundException.class)
        .hasMessageContaining("\"y\" depends on no trainable variable");
  }

  @Test
  void aGraphWithoutPlaceholdersIsRefused() {
    SameDiff graph = SameDiff.create();
    graph.var("w", Nd4j.zeros(DataType.FLOAT, 4, 4)).add("y", 1);

    assertThatThrownBy(() -> new LayerMapFinder(graph, "y"))
        .isInstanceOf(LayersNotFoundException.class)
        .hasMessageContaining("\"y\" depends on no placeholder");
  }

  @Test
  void controlFlowIsRefused() {
    SameDiff graph = SameDiff.create();
    SDVariable x = graph.placeHolder("x", DataType.FLOAT, 1);
    SDVariable[] looped =
        graph.whileLoop(
            new SDVariable[] {x.mul(graph.var("w", Nd4j.ones(1)))},
            (loop, state) -> state[0].lt(10),
            (loop, state) -> new SDVariable[] {state[0].mul(2)});

    assertThatThrownBy(() -> new LayerMapFinder(graph, looped[0].name()))
        .isInstanceOf(LayersNotFoundException.class)
        .hasMessageContaining("control flow");
  }
}
