package org.owlore.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

class LayerMapTest {
  private final LayerMap map =
      new LayerMap(
          List.of(layer(0), layer(1)), List.of("embed"), List.of("norm"), List.of("head.weight"));

  private static Layer layer(int index) {
    String prefix = "layers." + index + ".";
    return new Layer(
        index,
        List.of(
            new LinearWeight(prefix + "up", "in" + index, Orientation.IN_OUT),
            new LinearWeight(prefix + "down", "mid" + index, Orientation.OUT_IN)),
        List.of(prefix + "norm"),
        "x" + index,
        "x" + (index + 1));
  }

  private static SameDiff graph() {
    SameDiff graph = SameDiff.create();
    graph.var("embed", Nd4j.zeros(DataType.FLOAT, 500, 4));
    for (String prefix : List.of("layers.0.", "layers.1.")) {
      graph.var(prefix + "up", Nd4j.zeros(DataType.FLOAT, 4, 6));
      graph.var(prefix + "down", Nd4j.zeros(DataType.FLOAT, 4, 6));
      graph.var(prefix + "norm", Nd4j.zeros(DataType.FLOAT, 4));
    }
    graph.var("norm", Nd4j.zeros(DataType.FLOAT, 4));
    graph.var("head.weight", Nd4j.zeros(DataType.FLOAT, 500, 4));
    return graph;
  }

  @Test
  void theTableHasALineForEachVariableOfEachKindOfPart() {
    assertThat(map.table(graph()).lines().map(line -> line.replaceAll("  +", " | ").strip()))
        .containsExactly(
            "part | weights | variables [stored shape], axes of linear weights",
            "embedding | 2,000 | embed [500x4]",
            "layer 0 layers.0. | 52 | up [4x6] in,out",
            "| down [4x6] out,in",
            "| norm [4]",
            "layer 1 layers.1. | 52 | as layer 0",
            "final norm | 4 | norm [4]",
            "head | 2,000 | head.weight [500x4]");
  }

  @Test
  void theTableFitsATerminalHoweverManyWeightsALayerHas() {
    SameDiff graph = SameDiff.create();
    List<String> names =
        IntStream.range(0, 20)
            .mapToObj(i -> "bert/encoder/layer_0/attention/output/dense_%02d/kernel".formatted(i))
            .toList();
    names.forEach(name -> graph.var(name, Nd4j.zeros(DataType.FLOAT, 4, 6)));
    List<LinearWeight> linears =
        names.stream().map(name -> new LinearWeight(name, "x", Orientation.IN_OUT)).toList();
    Layer wide = new Layer(0, linears, List.of(), "x0", "x1");

    String table = new LayerMap(List.of(wide), List.of(), List.of(), List.of()).table(graph);

    assertThat(table.lines()).hasSizeGreaterThan(20).allMatch(line -> line.length() <= 120);
  }

  @Test
  void aWrongGuessIsOverridden() {
    Layer corrected =
        map.layers().get(1).toBuilder()
            .linears(
                List.of(map.layers().get(1).linears().get(0).withOrientation(Orientation.OUT_IN)))
            .others(List.of("layers.1.norm", "norm"))
            .build();

    LayerMap result = map.toBuilder().finalNorm(List.of()).build().withLayer(corrected);

    assertThat(result.layers().get(0)).isEqualTo(map.layers().get(0));
    assertThat(result.layers().get(1).linears().get(0).orientation()).isEqualTo(Orientation.OUT_IN);
    assertThat(result.layers().get(1).variables())
        .containsExactly("layers.1.up", "layers.1.norm", "norm");
    assertThat(result.finalNorm()).isEmpty();
    assertThat(result.head()).isEqualTo(map.head());
  }

  @Test
  void aLayerThatIsNotThereCannotBeCorrected() {
    assertThatThrownBy(() -> map.withLayer(layer(2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("There is no layer 2 to correct: the map has 2.");
  }

  @Test
  void aVariableInTwoPartsIsRefused() {
    LayerMap.LayerMapBuilder builder = map.toBuilder().head(List.of("layers.1.norm"));
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"layers.1.norm\" is listed twice");
  }

  @Test
  void layersOutOfOrderAreRefused() {
    LayerMap.LayerMapBuilder builder = map.toBuilder().layers(List.of(layer(1), layer(0)));
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Layer at position 0 carries index 1.");
  }
}
