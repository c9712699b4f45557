package org.owlore.cuda.lowering;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.cuda.device.Attention;
import org.owlore.cuda.device.Attention.Pass;
import org.owlore.cuda.program.Instruction;
import org.owlore.cuda.program.Precision;
import org.owlore.cuda.program.Program;
import org.owlore.engine.PlanRequest;

class AttentionFinderTest {
  private static final String[] ALL = {"query", "key", "value"};

  private static List<Pass> passes(AttentionGraph attention, String... trained) {
    return passes(attention, attention.request(trained));
  }

  /** The passes of the fused program, after all programs were seen to agree with the CPU. */
  private static List<Pass> passes(AttentionGraph attention, PlanRequest request) {
    Program fused =
        Agreement.check(attention.build(), attention.batch(), request, Precision.FLOAT32, 1e-4)
            .get(0);
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
}
