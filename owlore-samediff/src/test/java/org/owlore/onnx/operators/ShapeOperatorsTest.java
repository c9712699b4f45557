package org.owlore.onnx.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.owlore.testing.OnnxBuilder.attribute;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.testing.OnnxBuilder;

class ShapeOperatorsTest extends OperatorFixture {

  @Test
  void headsAreSplitByShapesThatTheExporterComputed() {
    graph.onnx.integer("zero", 0).integer("one", 1);

    INDArray result =
        graph
            .integers("first", 0)
            .integers("heads", 2, 3)
            .node("Shape", "x", "shape")
            .node("Gather", "shape zero", "batch")
            .node("Gather", "shape one", "length")
            .node("Unsqueeze", "batch first", "b")
            .node("Unsqueeze", "length first", "t")
            .node("Concat", "b t heads", "target", attribute("axis", 0))
            .node("Reshape", "x target", "split")
            .node("Transpose", "split", "z", attribute("perm", 0, 2, 1, 3))
            .compute("z");

    INDArray expected =
        x.reshape('c', Imported.BATCH, Imported.SEQUENCE, 2, 3).permute(0, 2, 1, 3).dup('c');
    assertThat(result.shape()).isEqualTo(expected.shape());
    assertEach(result, expected, (v, i) -> v);
  }

  @ParameterizedTest
  @CsvSource({"0, 3", "-4, -1", "2, 9223372036854775807", "1, 2"})
  void slicesCountFromEitherEnd(long start, long end) {
    INDArray result =
        graph
            .integers("start", start)
            .integers("end", end)
            .integers("axis", -1)
            .node("Slice", "x start end axis", "z")
            .compute("z");

    int from = (int) (start < 0 ? start + Imported.WIDTH : start);
    int to = (int) Math.min(Imported.WIDTH, end < 0 ? end + Imported.WIDTH : end);
    assertThat(result.shape()).containsExactly(Imported.BATCH, Imported.SEQUENCE, to - from);
    assertEach(
        result, result, (v, i) -> at(x, i / (to - from) * Imported.WIDTH + from + i % (to - from)));
  }

  @Test
  void theLastTokenIsSlicedFromAFreeLength() {
    INDArray result =
        graph
            .integers("start", -1)
            .integers("end", Long.MAX_VALUE)
            .integers("axis", 1)
            .node("Slice", "x start end axis", "z")
            .compute("z");

    assertThat(result.shape()).containsExactly(Imported.BATCH, 1, Imported.WIDTH);
    assertEach(
        result,
        result,
        (v, i) ->
            at(
                x,
                (i / Imported.WIDTH * Imported.SEQUENCE + Imported.SEQUENCE - 1) * Imported.WIDTH
                    + i % Imported.WIDTH));
  }

  @Test
  void splitAndConcatRotateHalves() {
    graph.onnx.node("split", "Split", List.of("x"), List.of("a", "b"), attribute("axis", -1));

    INDArray result =
        graph.node("Neg", "b", "n").node("Concat", "n a", "z", attribute("axis", -1)).compute("z");

    int half = Imported.WIDTH / 2;
    assertEach(result, x, (v, i) -> i % Imported.WIDTH < half ? -at(x, i + half) : at(x, i - half));
  }

  @Test
  void repeatedHeadsAreExpandedInTheirPlace() {
    INDArray result =
        graph
            .integers("axis", 2)
            .integers("copies", 1, 1, 3, 1)
            .node("Unsqueeze", "x axis", "single")
            .node("Expand", "single copies", "z")
            .compute("z");

    assertThat(result.shape())
        .containsExactly(Imported.BATCH, Imported.SEQUENCE, 3, Imported.WIDTH);
    assertEach(
        result,
        result,
        (v, i) -> at(x, i / (3 * Imported.WIDTH) * Imported.WIDTH + i % Imported.WIDTH));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void entriesAreLookedUpByCoordinatesThatTheExporterCounted(boolean single) {
    graph.onnx.integer("zero", 0).integer("one", 1);
    graph
        .node("ReduceSum", "x", "sums", attribute("axes", 2), attribute("keepdims", 0))
        .node("Shape", "input_ids", "shape")
        .node("Gather", "shape zero", "batch")
        .node("Gather", "shape one", "length")
        .node("Range", "zero batch one", "rows")
        .node("Range", "zero length one", "columns")
        .integers("first", 0)
        .integers("second", 1)
        .integers("third", 2)
        .node("Unsqueeze", "rows second", "row")
        .node("Unsqueeze", "columns first", "column")
        .node("Expand", "row shape", "allRows")
        .node("Expand", "column shape", "allColumns")
        .node("Unsqueeze", "allRows third", "r")
        .node("Unsqueeze", "allColumns third", "c")
        .node("Concat", "r c", "coordinates", attribute("axis", -1));

    INDArray result =
        graph.node("GatherND", (single ? "sums" : "x") + " coordinates", "z").compute("z");

    INDArray expected = single ? x.sum(2) : x;
    assertThat(result.shape()).isEqualTo(expected.shape());
    assertEach(result, expected, (v, i) -> v);
  }

  @Test
  void aTranspositionThatKeepsTheOrderTransposesNothing() {
    INDArray w = graph.tensor("w", Imported.WIDTH, Imported.WIDTH);

    INDArray result =
        graph
            .node("Transpose", "w", "same", attribute("perm", 0, 1))
            .node("MatMul", "x same", "z")
            .compute("z");

    assertEach(result, result, (v, i) -> dot(i / Imported.WIDTH, w, i % Imported.WIDTH, false));
  }

  @Test
  void indicesThatOnlyTheRunningGraphKnowsMayCountFromTheEnd() {
    INDArray table = graph.tensor("rows", 11, 3);
    INDArray result =
        graph
            .integers("size", 11)
            .node("Sub", "input_ids size", "fromEnd")
            .node("Gather", "rows fromEnd", "z")
            .compute("z");

    INDArray expected = graph.lookedUp(table);
    assertThat(result.shape()).isEqualTo(expected.shape());
    assertEach(result, expected, (v, i) -> v);
  }

  @ParameterizedTest
  @CsvSource({"0, 525, 75", "3, 10, 7", "10, 0, -3"})
  void rangesHaveTheLengthOfTheStandard(long start, long limit, long step) {
    graph.onnx.integer("start", start).integer("limit", limit).integer("step", step);

    INDArray result =
        graph
            .node("Range", "start limit step", "r")
            .node("Cast", "r", "z", attribute("to", OnnxBuilder.FLOAT))
            .compute("z");

    assertThat(result.length()).isEqualTo((limit - start + step - Long.signum(step)) / step);
    assertEach(result, result, (v, i) -> start + i * step);
  }
}
