package org.owlore.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.custom.Flatten;
import org.nd4j.linalg.api.ops.random.custom.DistributionUniform;
import org.nd4j.linalg.factory.Nd4j;

class LoweringTest {
  private final SameDiff graph = SameDiff.create();
  private final SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, 4);

  private LoweredGraph lower(String... outputs) {
    return new Lowering(graph, List.of())
        .lower(List.of(outputs), Map.of("x", ArrayType.of(DataType.FLOAT, 3, 4)));
  }

  private static List<String> operations(LoweredGraph lowered) {
    return lowered.nodes().stream().map(node -> node.operation().name()).toList();
  }

  @Test
  void whatDependsOnConstantsOnlyIsComputedBeforehand() {
    SDVariable two = graph.constant(Nd4j.createFromArray(1f, 2f, 3f, 4f)).mul(2).add("two", 1);
    x.mul("y", two);

    LoweredGraph lowered = lower("y");

    assertThat(operations(lowered)).containsExactly("multiply");
    assertThat(lowered.constants().get("two")).isEqualTo(Nd4j.createFromArray(3f, 5f, 7f, 9f));
  }

  @Test
  void whatDependsOnShapesOnlyIsComputedBeforehand() {
    SDVariable rows = graph.stridedSlice(graph.shape(x), new long[] {0}, new long[] {1}, 1);
    SDVariable shape = graph.concat("shape", 0, rows, graph.constant(Nd4j.createFromArray(2L, 2L)));
    graph.reshape("y", graph.math.tanh(x), shape);

    LoweredGraph lowered = lower("y");

    assertThat(operations(lowered)).containsExactly("tanh", "view");
    assertThat(lowered.constants().get("shape")).isEqualTo(Nd4j.createFromArray(3L, 2L, 2L));
    assertThat(lowered.types().get("y")).isEqualTo(ArrayType.of(DataType.FLOAT, 3, 2, 2));
  }

  @Test
  void aLargeConstantIsComputedInEachRunInsteadOfBeingKept() {
    SDVariable table = graph.constant(Nd4j.ones(DataType.FLOAT, 70_000));
    table.mul("doubled", 2).sum(0).mul("y", x);
    assertThat(lower("y").constants()).doesNotContainKey("doubled");
    assertThat(operations(lower("y"))).contains("mul_scalar");
  }

  @Test
  void weightsAreNoConstants() {
    SDVariable weight = graph.var("weight", Nd4j.ones(DataType.FLOAT, 4));
    weight.mul("scaled", 2).mul("y", x);
    assertThat(operations(lower("y"))).containsExactly("mul_scalar", "multiply");
  }

  @Test
  void changesOfShapeAreViews() {
    SDVariable grown = graph.expandDims(graph.math.tanh(x), 0);
    SDVariable shrunk = graph.squeeze(graph.identity(grown.reshape(3, 1, 4)), 1);
    shrunk.add("y", 0.5);
    assertThat(operations(lower("y")))
        .containsExactly("tanh", "view", "view", "view", "view", "add_scalar");
  }

  @Test
  void whatNothingReadsIsDropped() {
    SDVariable y = graph.math.tanh("y", x);
    graph.math.exp("unread", y);
    assertThat(operations(lower("y"))).containsExactly("tanh");
  }

  @Test
  void shapesFollowThePlaceholder() {
    SDVariable weight = graph.var("weight", Nd4j.ones(DataType.FLOAT, 4, 6));
    graph.mmul("y", x, weight).sum("sum", true, 1);
    LoweredGraph lowered = lower("y", "sum");
    assertThat(lowered.types().get("y")).isEqualTo(ArrayType.of(DataType.FLOAT, 3, 6));
    assertThat(lowered.types().get("sum")).isEqualTo(ArrayType.of(DataType.FLOAT, 3, 1));
  }

  @Test
  void typesFollowTheOperation() {
    x.gt("mask", 0).castTo("number", DataType.INT64);
    LoweredGraph lowered = lower("mask", "number");
    assertThat(lowered.types().get("mask")).isEqualTo(ArrayType.of(DataType.BOOL, 3, 4));
    assertThat(lowered.types().get("number")).isEqualTo(ArrayType.of(DataType.INT64, 3, 4));
  }

  @Test
  void randomNumbersAreDrawnInEachRun() {
    SDVariable shape = graph.constant(Nd4j.createFromArray(3L, 4L));
    SDVariable noise = new DistributionUniform(graph, shape, 0, 1).outputVariable();
    x.add("y", noise);
    LoweredGraph lowered = lower("y");
    assertThat(operations(lowered)).containsExactly("randomuniform", "add");
  }

  @Test
  void aPlaceholderThatIsNeededMustHaveAShape() {
    x.add("y", graph.placeHolder("offset", DataType.FLOAT, -1, 4));
    assertThatThrownBy(() -> lower("y"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The graph needs placeholder \"offset\", but there are arrays for [x] only: make it a"
                + " constant, or compute it from one of these.");
  }

  @Test
  void shapesThatDoNotFitAreNamedWithTheOperation() {
    SDVariable weight = graph.var("weight", Nd4j.ones(DataType.FLOAT, 5, 6));
    graph.mmul("y", x, weight);
    assertThatThrownBy(() -> lower("y"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("\"matmul\"")
        .hasMessageContaining("[3, 4]")
        .hasMessageContaining("[5, 6]");
  }

  @Test
  void flatteningSeveralArraysPutsOneBehindTheOther() {
    SDVariable weight =
        graph.var("weight", Nd4j.createFromArray(new float[][] {{1, 2, 3}, {4, 5, 6}}));
    SDVariable flat = new Flatten(graph, 'f', weight.mul(1), weight.mul(10)).outputVariable();
    assertThat(output(flat))
        .isEqualTo(Nd4j.createFromArray(1f, 4, 2, 5, 3, 6, 10, 40, 20, 50, 30, 60));
  }

  private INDArray output(SDVariable variable) {
    Trial trial = Trial.of(graph, Map.of(), List.of(), List.of(variable.name()));
    INDArray output = trial.outputs().get(variable.name());
    assertThat(output).isEqualTo(graph.outputSingle(Map.of(), variable.name()));
    return output;
  }
}
