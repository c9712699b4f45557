package org.owlore.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** One operation at a time, compiled against the session of SameDiff. */
class StockAgreementTest {
  private static Arguments operation(String name, UnaryOperator<SDVariable> operation) {
    return Arguments.of(name, operation);
  }

  static Stream<Arguments> forward() {
    return Stream.of(
        operation("sum", x -> x.sum(1)),
        operation("sum of all", x -> x.sum()),
        operation("sum keeping dimensions", x -> x.sum(true, 0, 2)),
        operation("mean", x -> x.mean(0, 1)),
        operation("max", x -> x.max(2)),
        operation("min", x -> x.min(true, 2)),
        operation("product", x -> x.prod(1)),
        operation("norm1", x -> x.norm1(1)),
        operation("norm2", x -> x.norm2(true, 1)),
        operation("squared norm", x -> x.getSameDiff().squaredNorm(x, 1)),
        operation("maximum norm", x -> x.normmax(1)),
        operation("variance", x -> x.getSameDiff().variance(x, false, 1)),
        operation("unbiased variance", x -> x.getSameDiff().variance(x, true, true, 0, 2)),
        operation("standard deviation", x -> x.getSameDiff().standardDeviation(x, false, 1)),
        operation(
            "unbiased standard deviation",
            x -> x.getSameDiff().standardDeviation(x, true, true, 1)),
        operation("argmax", x -> x.getSameDiff().argmax(x, 1)),
        operation("cumulative sum", x -> x.getSameDiff().cumsum(x, true, true, 1)),
        operation("greater", x -> x.gt(0.1)),
        operation("not equal", x -> x.neq(x.mul(1))),
        operation("cast", x -> x.castTo(DataType.INT32)),
        operation("shape", x -> x.getSameDiff().shape(x)),
        operation("zeros like", x -> x.getSameDiff().zerosLike(x)),
        operation("ones like", x -> x.getSameDiff().onesLike(x)),
        operation("stack", x -> x.getSameDiff().stack(1, x, x.mul(2))),
        operation("tile", x -> x.getSameDiff().tile(x, 1, 2, 1)),
        operation("gather", x -> x.getSameDiff().gather(x, new int[] {1, 1, 0}, 1)),
        operation("reverse subtraction", x -> x.rsub(3.0)),
        operation("reverse division", x -> x.rdiv(3.0)),
        operation("layer norm", StockAgreementTest::layerNorm),
        operation("clip", x -> x.getSameDiff().math.clipByValue(x, -0.2, 0.3)),
        operation("floor", x -> x.getSameDiff().math.floor(x.mul(7))),
        operation("absolute value", x -> x.getSameDiff().math.abs(x)),
        operation("sign", x -> x.getSameDiff().math.sign(x)),
        operation("maximum", x -> x.getSameDiff().math.max(x, x.neg())),
        operation("relu", x -> x.getSameDiff().nn.relu(x, 0.0)),
        operation("leaky relu", x -> x.getSameDiff().nn.leakyRelu(x, 0.07)),
        operation("elu", x -> x.getSameDiff().nn.elu(x)),
        operation("softplus", x -> x.getSameDiff().nn.softplus(x)),
        operation("hard sigmoid", x -> x.getSameDiff().nn.hardSigmoid(x)));
  }

  static Stream<Arguments> backward() {
    return Stream.of(
        operation("tanh", x -> x.getSameDiff().math.tanh(x)),
        operation("erf", x -> x.getSameDiff().math.erf(x)),
        operation("sigmoid", x -> x.getSameDiff().nn.sigmoid(x)),
        operation("gelu", x -> x.getSameDiff().nn.gelu(x)),
        operation("swish", x -> x.getSameDiff().nn.swish(x)),
        operation("relu", x -> x.getSameDiff().nn.relu(x, 0.0)),
        operation("leaky relu", x -> x.getSameDiff().nn.leakyRelu(x, 0.07)),
        operation("softplus", x -> x.getSameDiff().nn.softplus(x)),
        operation("exponential", x -> x.getSameDiff().math.exp(x)),
        operation("square", x -> x.getSameDiff().math.square(x)),
        operation("cube", x -> x.getSameDiff().math.pow(x, 3)),
        operation("square root", x -> x.getSameDiff().math.sqrt(x.mul(x).add(0.1))),
        operation("logarithm", x -> x.getSameDiff().math.log(x.mul(x).add(0.1))),
        operation("softmax", x -> x.getSameDiff().nn.softmax(x, 2)),
        operation("permutation", x -> x.permute(2, 0, 1)),
        operation("reshape", x -> x.reshape(4, 6)),
        operation("strided slice", StockAgreementTest::everySecond),
        operation("concatenation", x -> x.getSameDiff().concat(1, x, x.mul(x))),
        operation("mean", x -> x.mean(1)),
        operation("mean keeping dimensions", x -> x.mean(true, 0, 2)),
        operation("sum", x -> x.sum(0, 2)),
        operation("variance", x -> x.getSameDiff().variance(x, true, 1)),
        operation("layer norm", StockAgreementTest::layerNorm),
        operation("sine", x -> x.getSameDiff().math.sin(x)),
        operation("reverse division", x -> x.mul(x).add(1.0).rdiv(3.0)),
        operation("negation", x -> x.neg()));
  }

  private static SDVariable layerNorm(SDVariable x) {
    SameDiff graph = x.getSameDiff();
    SDVariable gain = graph.constant(Nd4j.createFromArray(1f, 2f, 0.5f, -1f));
    return graph.nn.layerNorm(x, gain, gain.mul(2), false, 2);
  }

  private static SDVariable everySecond(SDVariable x) {
    return x.getSameDiff()
        .stridedSlice(x, new long[] {0, 0, 0}, new long[] {2, 3, 4}, new long[] {1, 2, 2});
  }

  private final SameDiff graph = SameDiff.create();
  private final SDVariable x = graph.var("x", Nd4j.randn(DataType.FLOAT, 2, 3, 4));

  @ParameterizedTest(name = "{0}")
  @MethodSource("forward")
  void computesWhatTheSessionComputes(String name, UnaryOperator<SDVariable> operation) {
    String result = operation.apply(x).name();
    INDArray expected = graph.outputSingle(Map.of(), result);
    INDArray actual = Trial.of(graph, Map.of(), List.of(), List.of(result)).outputs().get(result);
    assertThat(actual.dataType()).isEqualTo(expected.dataType());
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(actual.equalsWithEps(expected, 1e-6)).as("%s, not %s", actual, expected).isTrue();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("backward")
  void differentiatesAsTheSessionDoes(String name, UnaryOperator<SDVariable> operation) {
    SDVariable result = operation.apply(x);
    result.mul(result).add(result).sum("loss");
    graph.setLossVariables("loss");
    INDArray expected = graph.calculateGradients(Map.of(), "x").get("x");
    INDArray actual = Trial.of(graph, Map.of(), List.of("x")).gradient("x");
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(actual.equalsWithEps(expected, 1e-5)).as("%s, not %s", actual, expected).isTrue();
  }
}
