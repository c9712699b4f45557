package org.owlore.cuda.lowering.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.cuda.lowering.DeviceTrial;
import org.owlore.cuda.program.AttentionForm;
import org.owlore.cuda.program.Precision;
import org.owlore.engine.ArrayType;
import org.owlore.engine.Engine;
import org.owlore.engine.Operation;
import org.owlore.engine.PlanRequest;

/** Each operation on the interpreter against ND4J. */
class MeaningsTest {

  /** Makes a graph's result from a matrix x, a matrix y of the same shape and a vector. */
  private interface Sample {
    SDVariable of(SameDiff graph, SDVariable x, SDVariable y, SDVariable vector);
  }

  private static final Map<String, Sample> SAMPLES = new LinkedHashMap<>();

  static {
    SAMPLES.put("add", (g, x, y, v) -> x.add(y));
    SAMPLES.put("broadcast subtract", (g, x, y, v) -> x.sub(v));
    SAMPLES.put("broadcast on the left", (g, x, y, v) -> v.mul(x));
    SAMPLES.put("divide", (g, x, y, v) -> x.div(y));
    SAMPLES.put("squared difference", (g, x, y, v) -> g.math.squaredDifference(x, v));
    SAMPLES.put(
        "relu of what is no number", (g, x, y, v) -> g.nn.relu(g.math.log(x.sub(y)).mul(0.5), 0));
    SAMPLES.put(
        "integers that overflow",
        (g, x, y, v) -> {
          SDVariable large = x.mul(1.9e9).castTo(DataType.INT);
          return large.add(large).castTo(DataType.FLOAT);
        });
    SAMPLES.put("maximum", (g, x, y, v) -> g.math.max(x, y));
    SAMPLES.put("minimum", (g, x, y, v) -> g.math.min(x, y));
    SAMPLES.put("greater", (g, x, y, v) -> x.gt(y).castTo(DataType.FLOAT));
    SAMPLES.put("less or equal", (g, x, y, v) -> x.lte(y).castTo(DataType.FLOAT));
    SAMPLES.put("equals", (g, x, y, v) -> x.eq(y).castTo(DataType.FLOAT));
    SAMPLES.put("not equals", (g, x, y, v) -> x.neq(y).castTo(DataType.FLOAT));
    SAMPLES.put("and", (g, x, y, v) -> g.math.and(x.gt(0.5), y.gt(0.5)).castTo(DataType.FLOAT));
    SAMPLES.put("scalars", (g, x, y, v) -> x.add(2).mul(3).sub(1).div(4).rsub(5).rdiv(6));
    SAMPLES.put("scalar comparison", (g, x, y, v) -> x.gte(0.7).castTo(DataType.FLOAT));
    SAMPLES.put("power", (g, x, y, v) -> g.math.pow(x, 1.7));
    SAMPLES.put("square", (g, x, y, v) -> g.math.square(x));
    SAMPLES.put("cube", (g, x, y, v) -> g.math.cube(x));
    SAMPLES.put("reciprocal", (g, x, y, v) -> g.math.reciprocal(x));
    SAMPLES.put("reciprocal root", (g, x, y, v) -> g.math.rsqrt(x));
    SAMPLES.put("absolute", (g, x, y, v) -> g.math.abs(x.sub(y)));
    SAMPLES.put("sign", (g, x, y, v) -> g.math.sign(x.sub(y)));
    SAMPLES.put("exponential", (g, x, y, v) -> g.math.exp(x));
    SAMPLES.put("logarithm", (g, x, y, v) -> g.math.log(x));
    SAMPLES.put("root", (g, x, y, v) -> g.math.sqrt(x));
    SAMPLES.put("error function", (g, x, y, v) -> g.math.erf(x.sub(y)));
    SAMPLES.put("sine", (g, x, y, v) -> g.math.sin(x));
    SAMPLES.put("cosine", (g, x, y, v) -> g.math.cos(x));
    SAMPLES.put("floor", (g, x, y, v) -> g.math.floor(x.mul(5)));
    SAMPLES.put("ceiling", (g, x, y, v) -> g.math.ceil(x.mul(5)));
    SAMPLES.put("tanh", (g, x, y, v) -> g.math.tanh(x));
    SAMPLES.put("sigmoid", (g, x, y, v) -> g.nn.sigmoid(x));
    SAMPLES.put("relu", (g, x, y, v) -> g.nn.relu(x.sub(y), 0));
    SAMPLES.put("softplus", (g, x, y, v) -> g.nn.softplus(x.sub(y)));
    SAMPLES.put("gelu", (g, x, y, v) -> g.nn.gelu(x.sub(y)));
    SAMPLES.put("swish", (g, x, y, v) -> g.nn.swish(x.sub(y)));
    SAMPLES.put(
        "cast to integers", (g, x, y, v) -> x.mul(9).castTo(DataType.INT).castTo(DataType.FLOAT));
    SAMPLES.put(
        "cast to bfloat16", (g, x, y, v) -> x.castTo(DataType.BFLOAT16).castTo(DataType.FLOAT));
    SAMPLES.put("cast to float16", (g, x, y, v) -> x.castTo(DataType.HALF).castTo(DataType.FLOAT));
    SAMPLES.put("transpose", (g, x, y, v) -> g.transpose(x).add(1));
    SAMPLES.put("permute", (g, x, y, v) -> x.reshape(2, 3, 5).permute(2, 0, 1).mul(2));
    SAMPLES.put("reshape within", (g, x, y, v) -> g.transpose(x).reshape(3, 10).mul(2));
    SAMPLES.put("concatenation", (g, x, y, v) -> g.concat(1, x, y, x).mul(2));
    SAMPLES.put("stack", (g, x, y, v) -> g.stack(1, x, y).mul(2));
    SAMPLES.put("tile", (g, x, y, v) -> g.tile(x, 2, 3).mul(2));
    SAMPLES.put("slice", (g, x, y, v) -> g.slice(x, new int[] {1, 2}, 3, 2).mul(2));
    SAMPLES.put(
        "strided slice",
        (g, x, y, v) -> g.stridedSlice(x, new long[] {1, 0}, new long[] {6, 5}, 2, 3).mul(2));
    SAMPLES.put(
        "slice with an added and a dropped dimension",
        (g, x, y, v) ->
            g.stridedSlice(
                    x,
                    new long[] {2, 0, 1},
                    new long[] {3, 0, 5},
                    new long[] {1, 1, 2},
                    0,
                    0,
                    0,
                    2,
                    1)
                .mul(2));
    SAMPLES.put("gather of rows", (g, x, y, v) -> g.gather(x, new int[] {3, 0, 3}, 0).mul(2));
    SAMPLES.put("gather of columns", (g, x, y, v) -> g.gather(x, new int[] {4, 1}, 1).mul(2));
    SAMPLES.put("sum of all", (g, x, y, v) -> x.sum());
    SAMPLES.put("sum of columns", (g, x, y, v) -> x.sum(0));
    SAMPLES.put("mean of rows", (g, x, y, v) -> x.mean(true, 1));
    SAMPLES.put("largest", (g, x, y, v) -> x.max(1));
    SAMPLES.put("smallest", (g, x, y, v) -> x.min(0));
    SAMPLES.put("product", (g, x, y, v) -> x.prod(1));
    SAMPLES.put("sum of the middle", (g, x, y, v) -> x.reshape(2, 3, 5).sum(1));
    SAMPLES.put("softmax", (g, x, y, v) -> g.nn.softmax(x, 1));
    SAMPLES.put("softmax of columns", (g, x, y, v) -> g.nn.softmax(x, 0));
    SAMPLES.put("logarithm of softmax", (g, x, y, v) -> g.nn.logSoftmax(x));
    SAMPLES.put("position of the largest", (g, x, y, v) -> g.argmax(x, 1).castTo(DataType.FLOAT));
    SAMPLES.put("product of matrices", (g, x, y, v) -> g.mmul(x, y, false, true, false));
    SAMPLES.put("product with a transposed left", (g, x, y, v) -> g.mmul(x, y, true, false, false));
    SAMPLES.put(
        "product of stacks",
        (g, x, y, v) -> g.mmul(x.reshape(2, 3, 5), y.reshape(2, 3, 5), false, true, false));
  }

  static Stream<String> samples() {
    return SAMPLES.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void anOperationMakesWhatItMakesOnTheCpu(String name) {
    SameDiff graph = SameDiff.create();
    Map<String, INDArray> batch =
        Map.of(
            "x", Nd4j.rand(DataType.FLOAT, 6, 5).addi(0.1),
            "y", Nd4j.rand(DataType.FLOAT, 6, 5).addi(0.1),
            "vector", Nd4j.rand(DataType.FLOAT, 5).addi(0.1));
    List<SDVariable> inputs = new ArrayList<>();
    for (String input : List.of("x", "y", "vector")) {
      inputs.add(graph.placeHolder(input, DataType.FLOAT, batch.get(input).shape()));
    }
    SDVariable made =
        SAMPLES.get(name).of(graph, inputs.get(0), inputs.get(1), inputs.get(2)).rename("made");
    INDArray expected = graph.outputSingle(batch, "made");
    PlanRequest request =
        PlanRequest.builder().output("made").placeholders(Engine.types(batch)).build();

    INDArray actual =
        DeviceTrial.of(graph, batch, request, Precision.FLOAT32, AttentionForm.PRODUCTS)
            .outputs()
            .get("made");

    assertThat(actual.shape()).isEqualTo(made.eval(batch).shape());
    for (long element = 0; element < expected.length(); element++) {
      double wanted = expected.getDouble(element);
      double found = actual.getDouble(element);
      boolean close =
          Double.compare(found, wanted) == 0
              || Math.abs(found - wanted) <= 5e-6 * Math.max(1, Math.abs(wanted));
      assertThat(close).as("%s%n%s", actual, expected).isTrue();
    }
  }

  @Test
  void anUnknownOperationIsNamed() {
    ArrayType type = ArrayType.of(DataType.FLOAT, 3);
    Operation operation = Operation.custom("matrix_inverse", 7);

    assertThatThrownBy(
            () -> Meanings.of(new Meanings.Call(operation, List.of(type), List.of(type))))
        .hasMessage(
            "The CUDA device does not know operation \"matrix_inverse\" with arguments [7], [], []: train this model with --device cpu.");
  }
}
