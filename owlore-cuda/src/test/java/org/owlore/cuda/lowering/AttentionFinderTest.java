package org.owlore.cuda.lowering;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.cuda.device.Attention;
import org.owlore.cuda.device.Attention.Pass;
import org.owlore.cuda.program.Instruction;
import org.owlore.cuda.program.Precision;
import org.owlore.cuda.program.Program;
import org.owlore.engine.Engine;
import org.owlore.engine.PlanRequest;
import org.owlore.graph.GraphPreparation;

class AttentionFinderTest {
  private static final String[] ALL = {"query", "key", "value"};

  private static List<Pass> passes(AttentionGraph attention, String... trained) {
    return passes(attention, attention.request(trained));
  }

  /** The passes of the fused program, after all programs were seen to agree with the CPU. */
  private static List<Pass> passes(AttentionGraph attention, PlanRequest request) {
    return passes(
        Agreement.check(attention.build(), attention.batch(), request, Precision.FLOAT32, 1e-4)
            .get(0));
  }

  private static List<Pass> passes(Program fused) {
    return fused.instructions().stream()
        .filter(Instruction.Attend.class::isInstance)
        .map(instruction -> ((Instruction.Attend) instruction).attention().pass())
        .toList();
  }

  @Property(tries = 60, shrinking = ShrinkingMode.OFF)
  void attentionOfAnyShapeAndLayoutIsFused(@ForAll long seed) {
    Random random = new Random(seed);
    long rows = 2 + random.nextInt(8);
    long columns = 2 + random.nextInt(8);
    AttentionGraph attention =
        AttentionGraph.builder()
            .seed(seed)
            .rows(rows)
            .columns(columns)
            .depth(2 + random.nextInt(8))
            .valueDepth(1 + random.nextInt(8))
            .transposesQuery(random.nextBoolean())
            .transposesKey(random.nextBoolean())
            .transposesValue(random.nextBoolean())
            .sumsFromTheRight(random.nextBoolean())
            .score(score(random.nextInt(5), 2, 3, rows, columns))
            .build();

    assertThat(passes(attention, ALL)).containsExactly(Pass.OUTPUT, Pass.ROWS, Pass.COLUMNS);
  }

  /** As it is, scaled, capped, or masked by what is added or chosen. */
  private static UnaryOperator<SDVariable> score(int kind, long... shape) {
    return switch (kind) {
      case 0 -> products -> products;
      case 3 -> products -> products.mul(0.5);
      case 1 -> products -> products.getSameDiff().math.tanh(products.div(3)).mul(3);
      case 2 -> products -> products.add(mask(products, shape).mul(-1e9));
      default ->
          products -> {
            SameDiff graph = products.getSameDiff();
            SDVariable closed = graph.constant(Nd4j.valueArrayOf(shape, -1e30, DataType.FLOAT));
            return graph.where(products.mul(2), closed, mask(products, shape).lt(0.5));
          };
    };
  }

  /** Ones where a row must not look: every third column, never the first. */
  private static SDVariable mask(SDVariable products, long... shape) {
    SameDiff graph = products.getSameDiff();
    return graph.constant(
        Nd4j.arange(0, shape[3])
            .castTo(DataType.FLOAT)
            .fmod(3)
            .eq(2)
            .castTo(DataType.FLOAT)
            .reshape(1, 1, 1, shape[3])
            .broadcast(shape));
  }

  @Test
  void anAttentionWithoutBackwardPassIsFused() {
    AttentionGraph attention = AttentionGraph.builder().build();

    assertThat(passes(attention)).containsExactly(Pass.OUTPUT);
  }

  @Test
  void gradientsThatNobodyNeedsAreNotWaitedFor() {
    AttentionGraph attention = AttentionGraph.builder().build();

    assertThat(passes(attention, "query")).containsExactly(Pass.OUTPUT, Pass.ROWS);
    assertThat(passes(attention, "key")).containsExactly(Pass.OUTPUT, Pass.ROWS, Pass.COLUMNS);
  }

  @Test
  void weightsThatAreReadOtherwiseStayProducts() {
    AttentionGraph attention =
        AttentionGraph.builder()
            .loss(
                (weights, output) -> AttentionGraph.mean(output).add(AttentionGraph.mean(weights)))
            .build();

    assertThat(passes(attention, ALL)).isEmpty();
  }

  @Test
  void weightsThatAreReturnedStayProducts() {
    AttentionGraph attention = AttentionGraph.builder().build();
    PlanRequest request =
        PlanRequest.builder()
            .output("loss")
            .output("weights")
            .placeholders(attention.request().placeholders())
            .build();

    assertThat(passes(attention, request)).isEmpty();
  }

  @Test
  void softmaxOverRowsStaysProducts() {
    AttentionGraph attention = AttentionGraph.builder().softmaxAxis(2).build();

    assertThat(passes(attention, ALL)).isEmpty();
  }

  @Test
  void scoresWithATrainedBiasStayProducts() {
    AttentionGraph attention =
        AttentionGraph.builder()
            .score(
                products ->
                    products.add(
                        products
                            .getSameDiff()
                            .var("bias factor", Nd4j.rand(DataType.FLOAT, 1, 3, 5, 7))))
            .build();

    assertThat(passes(attention, "query", "bias")).isEmpty();
  }

  @Test
  void aScoreThatIsMadeOfAnotherPairsProductStaysProducts() {
    AttentionGraph attention =
        AttentionGraph.builder()
            .rows(6)
            .columns(6)
            .score(products -> products.getSameDiff().permute(products, 0, 1, 3, 2))
            .build();

    assertThat(passes(attention, ALL)).isEmpty();
  }

  @Test
  void deeperHeadsThanADeviceHasRoomForStayProducts() {
    AttentionGraph.AttentionGraphBuilder builder = AttentionGraph.builder();

    assertThat(passes(builder.depth(Attention.LARGEST_DEPTH).build(), ALL)).hasSize(3);
    assertThat(passes(builder.depth(Attention.LARGEST_DEPTH + 1).build(), ALL)).isEmpty();
    assertThat(passes(builder.depth(4).valueDepth(Attention.LARGEST_DEPTH + 1).build(), ALL))
        .isEmpty();
  }

  @Test
  void nothingOfTheSizeOfAllPairsIsInMemory() {
    AttentionGraph attention = AttentionGraph.builder().rows(50).columns(60).build();
    long pairs = 2 * 3 * 50 * 60;

    Program fused =
        Agreement.check(
                attention.build(),
                attention.batch(),
                attention.request(ALL),
                Precision.FLOAT32,
                1e-4)
            .get(0);

    assertThat(fused.arrays().values()).allMatch(array -> array.length() < pairs);
  }

  /** The backward pass would make the scores again, and read what the variable is by then. */
  @Test
  void aTrainedVariableInTheScoresThatIsUpdatedBeforeTheGradientStaysProducts() {
    SameDiff graph = SameDiff.create();
    SDVariable query = factored(graph, "query", 5, 4);
    SDVariable threshold = graph.var("threshold", Nd4j.rand(DataType.FLOAT, 5, 5));
    SDVariable products = graph.mmul(query, given(graph, "key", 5, 4), false, true, false);
    SDVariable scores = products.add(products.gt(threshold).castTo(DataType.FLOAT));
    SDVariable weights = graph.nn.softmax(scores, -1);
    SDVariable output = graph.mmul(weights, given(graph, "value", 5, 4));
    AttentionGraph.mean(graph.mmul(threshold, output)).rename("loss");

    assertThat(passes(graph, "query factor", "threshold")).isEmpty();
  }

  @Test
  void sumsThatSpreadOverRowsAreNoGradientOfSoftmax() {
    SameDiff graph = SameDiff.create();
    SDVariable key = given(graph, "key", 5, 4);
    SDVariable weights = weights(graph, key);
    SDVariable gradients =
        graph.mmul(given(graph, "gradient", 5, 4), given(graph, "value", 5, 4), false, true, false);
    SDVariable sums = weights.mul(gradients).sum(false, 1);
    SDVariable scores = weights.mul(gradients.sub(sums));
    AttentionGraph.mean(graph.mmul(scores, key)).rename("loss");

    assertThat(passes(graph)).isEmpty();
  }

  @Test
  void aGradientThatIsMadeOfMoreThanThatOfTheScoresStaysProducts() {
    SameDiff graph = SameDiff.create();
    SDVariable key = given(graph, "key", 5, 4);
    SDVariable weights = weights(graph, key);
    SDVariable gradients =
        graph.mmul(given(graph, "gradient", 5, 4), given(graph, "value", 5, 4), false, true, false);
    SDVariable scores = weights.mul(gradients.sub(weights.mul(gradients).sum(true, 1)));
    AttentionGraph.mean(graph.mmul(scores.mul(gradients), key)).rename("loss");

    assertThat(passes(graph)).isEmpty();
  }

  @Test
  void aComputedTableThatScoresLookUpStaysInMemory() {
    SameDiff graph = SameDiff.create();
    SDVariable query = factored(graph, "query", 4, 4);
    SDVariable products = graph.mmul(query, given(graph, "key", 4, 4), false, true, false);
    SDVariable bucket = graph.reshape(products.gt(0).castTo(DataType.INT), 16);
    SDVariable bias = graph.gather(given(graph, "table", 3).mul(2), bucket, 0);
    SDVariable weights = graph.nn.softmax(products.add(graph.reshape(bias, 4, 4)), -1);
    AttentionGraph.mean(graph.mmul(weights, given(graph, "value", 4, 3))).rename("loss");

    assertThat(passes(graph, "query factor")).isEmpty();
  }

  @Test
  void attentionInAnotherTypeThanFloat32StaysProducts() {
    SameDiff graph = SameDiff.create();
    SDVariable query = factored(graph, "query", 5, 4).castTo(DataType.HALF);
    SDVariable key = given(graph, "key", 5, 4).castTo(DataType.HALF);
    SDVariable value = given(graph, "value", 5, 4).castTo(DataType.HALF);
    SDVariable weights = graph.nn.softmax(graph.mmul(query, key, false, true, false), -1);
    AttentionGraph.mean(graph.mmul(weights, value).castTo(DataType.FLOAT)).rename("loss");

    assertThat(passes(graph, 5e-3, "query factor")).isEmpty();
  }

  private static SDVariable given(SameDiff graph, String name, long... shape) {
    return graph.placeHolder(name, DataType.FLOAT, shape);
  }

  private static SDVariable factored(SameDiff graph, String name, long rows, long depth) {
    SDVariable factor = graph.var(name + " factor", Nd4j.rand(DataType.FLOAT, 1, depth));
    return given(graph, name, rows, depth).mul(factor);
  }

  private static SDVariable weights(SameDiff graph, SDVariable key) {
    SDVariable products = graph.mmul(given(graph, "query", 5, 4), key, false, true, false);
    return graph.nn.softmax(products.mul(0.5), -1);
  }

  private static List<Pass> passes(SameDiff graph, String... trained) {
    return passes(graph, 1e-4, trained);
  }

  private static List<Pass> passes(SameDiff graph, double tolerance, String... trained) {
    graph.setLossVariables("loss");
    GraphPreparation.prepare(graph);
    Map<String, INDArray> batch = new TreeMap<>();
    for (SDVariable variable : graph.variables()) {
      if (variable.isPlaceHolder()) {
        batch.put(variable.name(), Nd4j.randn(DataType.FLOAT, variable.placeholderShape()));
      }
    }
    PlanRequest request =
        PlanRequest.builder()
            .output("loss")
            .trained(Set.of(trained))
            .placeholders(Engine.types(batch))
            .build();
    return passes(Agreement.check(graph, batch, request, Precision.FLOAT32, tolerance).get(0));
  }
}
