package org.owlore.graph.layers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.graph.LinearWeight;
import org.owlore.graph.Orientation;

/** Which weights multiply an activation, however the product is written. */
class WeightsTest {
  private static final long IN = 3;
  private static final long OUT = 5;

  private final SameDiff graph = SameDiff.create();

  /** The activation {@code x [tokens, in]} and a way to multiply it by the weight {@code w}. */
  private record Product(
      String name,
      Orientation orientation,
      BiFunction<SDVariable, SDVariable, SDVariable> of,
      DataType type) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Product product(
      String name, Orientation orientation, BiFunction<SDVariable, SDVariable, SDVariable> of) {
    return new Product(name, orientation, of, DataType.FLOAT);
  }

  private static SameDiff of(SDVariable variable) {
    return variable.getSameDiff();
  }

  static Stream<Product> products() {
    Orientation inOut = Orientation.IN_OUT;
    Orientation outIn = Orientation.OUT_IN;
    return Stream.of(
        product("x w", inOut, (x, w) -> x.mmul(w)),
        product("x w^T", outIn, (x, w) -> of(x).mmul(x, w, false, true, false)),
        product("w^T x^T", inOut, (x, w) -> of(x).mmul(w, x, true, true, false)),
        product("w x^T", outIn, (x, w) -> of(x).mmul(w, x, false, true, false)),
        product("w x permuted", outIn, (x, w) -> w.mmul(x.permute(1, 0))),
        product("w x transposed", outIn, (x, w) -> w.mmul(of(x).transpose(x))),
        product("x^T^T w", inOut, (x, w) -> of(x).mmul(x.permute(1, 0), w, true, false, false)),
        product("(w^T x^T)^T", inOut, (x, w) -> of(x).mmul(w, x, true, true, true)),
        product("permuted weight", outIn, (x, w) -> x.mmul(w.permute(1, 0))),
        product("transposed weight", outIn, (x, w) -> x.mmul(of(x).transpose(w))),
        product("twice transposed", inOut, (x, w) -> x.mmul(of(x).transpose(w.permute(1, 0)))),
        product("identity", inOut, (x, w) -> x.mmul(of(x).identity(w))),
        product("one plus w", inOut, (x, w) -> x.mmul(w.add(1))),
        product("scaled by a constant", inOut, (x, w) -> x.mmul(w.mul(of(x).constant(2f)))),
        product("reshaped", inOut, (x, w) -> x.mmul(w.reshape(1, IN, OUT).reshape(IN, -1))),
        product(
            "expanded and squeezed",
            outIn,
            (x, w) -> x.mmul(of(x).squeeze(of(x).expandDims(w, 0), 0).permute(1, 0))),
        product(
            "linear",
            inOut,
            (x, w) -> of(x).nn().linear(x, w, of(x).constant(Nd4j.zeros(DataType.FLOAT, OUT)))),
        product(
            "tensor product",
            inOut,
            (x, w) -> of(x).tensorMmul(x, w, new int[] {1}, new int[] {0})),
        product(
            "tensor product, last axes",
            outIn,
            (x, w) -> of(x).tensorMmul(x, w, new int[] {1}, new int[] {-1})),
        new Product("cast", inOut, (x, w) -> x.mmul(w.castTo(DataType.FLOAT)), DataType.BFLOAT16));
  }

  private Weights weights(SDVariable result) {
    Dataflow flow = new Dataflow(graph, result.name());
    return new Weights(flow, TokenSources.activations(flow));
  }

  @ParameterizedTest
  @MethodSource("products")
  void aMatrixThatMultipliesAnActivationIsLinear(Product product) {
    SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, IN);
    long[] shape =
        product.orientation() == Orientation.IN_OUT ? new long[] {IN, OUT} : new long[] {OUT, IN};
    SDVariable w = graph.var("w", Nd4j.zeros(product.type(), shape));

    Optional<LinearWeight> found = weights(product.of().apply(x, w)).linear("w");

    assertThat(found).contains(new LinearWeight("w", "x", product.orientation()));
  }

  static Stream<Arguments> others() {
    BiFunction<SDVariable, SDVariable, SDVariable> sum = SDVariable::add;
    BiFunction<SDVariable, SDVariable, SDVariable> mixed =
        (x, w) -> x.mmul(w.reshape(-1, IN).permute(1, 0));
    BiFunction<SDVariable, SDVariable, SDVariable> squared = (x, w) -> x.mmul(w.mmul(w));
    BiFunction<SDVariable, SDVariable, SDVariable> tokensMixed = (x, w) -> w.mmul(x);
    return Stream.of(
        Arguments.of("added", sum, new long[] {1, IN}),
        Arguments.of("axes mixed", mixed, new long[] {2, IN + IN}),
        Arguments.of("a product of weights", squared, new long[] {IN, IN}),
        Arguments.of("multiplies along the tokens", tokensMixed, new long[] {OUT, 4}),
        Arguments.of(
            "rank 3",
            (BiFunction<SDVariable, SDVariable, SDVariable>) (x, w) -> x.mmul(w),
            new long[] {2, IN, OUT}));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("others")
  void aVariableThatIsNoMatrixOfChannelsIsNotLinear(
      String name, BiFunction<SDVariable, SDVariable, SDVariable> use, long[] shape) {
    SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, IN);
    SDVariable w = graph.var("w", Nd4j.zeros(DataType.FLOAT, shape));

    Weights weights = weights(use.apply(x, w));

    assertThat(weights.linear("w")).isEmpty();
    assertThat(weights.uses()).containsOnlyKeys("w");
  }

  @Test
  void whereTokensAreLookedUpNothingElseIsAnActivation() {
    SDVariable ids = graph.placeHolder("ids", DataType.INT32, -1, -1);
    SDVariable angles = graph.placeHolder("angles", DataType.FLOAT, IN, IN);
    SDVariable table = graph.var("table", Nd4j.zeros(DataType.FLOAT, 7, IN));
    SDVariable w = graph.var("w", Nd4j.zeros(DataType.FLOAT, IN, IN));
    SDVariable rotation = angles.mmul(w);

    Weights weights = weights(graph.gather(table, ids, 0).reshape(-1, IN).mmul(rotation));

    assertThat(weights.linear("w")).isEmpty();
    assertThat(weights.uses()).containsOnlyKeys("table", "w");
  }

  @Test
  void aWeightThatGivesItsShapeOnlyIsNotUsed() {
    SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, IN);
    SDVariable w = graph.var("w", Nd4j.zeros(DataType.FLOAT, IN, IN));

    Weights weights =
        weights(x.mmul(graph.constant(Nd4j.zeros(DataType.FLOAT, 3, 3))).reshape(graph.shape(w)));

    assertThat(weights.uses()).isEqualTo(Map.of());
  }
}
