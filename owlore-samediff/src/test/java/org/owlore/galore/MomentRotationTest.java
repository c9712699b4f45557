package org.owlore.galore;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Laws of LDAdam's rule; its values are checked by {@link GaLoreArithmeticTest}. */
class MomentRotationTest {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;

  @Property(tries = 30)
  void anUnchangedSubspaceLeavesTheMomentsAsTheyAre(
      @ForAll @IntRange(min = 2, max = 12) int rows,
      @ForAll @IntRange(min = 2, max = 12) int columns,
      @ForAll Side side,
      @ForAll int seed) {
    Subspace subspace = subspace(rows, columns, side, seed);
    AdamMoments moments = moments(subspace, rows, columns, seed);
    AdamMoments before = copy(moments);

    rotate(moments, subspace, subspace);

    assertThat(moments.first().distance2(before.first())).isLessThan(1e-9);
    assertThat(moments.second().distance2(before.second())).isLessThan(1e-9);
  }

  @Property(tries = 30)
  void aFlippedDirectionFlipsItsFirstMomentAndKeepsItsSecond(
      @ForAll @IntRange(min = 2, max = 12) int rows,
      @ForAll @IntRange(min = 2, max = 12) int columns,
      @ForAll int seed) {
    Subspace subspace = subspace(rows, columns, Side.LEFT, seed);
    Subspace flipped = new Subspace(subspace.left().dup(), null);
    flipped.left().getColumn(0).negi();
    AdamMoments moments = moments(subspace, rows, columns, seed);
    AdamMoments before = copy(moments);
    before.first().getRow(0).negi();

    rotate(moments, subspace, flipped);

    assertThat(moments.first().distance2(before.first())).isLessThan(1e-9);
    assertThat(moments.second().distance2(before.second())).isLessThan(1e-9);
  }

  @Property(tries = 30)
  void secondMomentsNeverTurnNegative(
      @ForAll @IntRange(min = 2, max = 12) int rows,
      @ForAll @IntRange(min = 2, max = 12) int columns,
      @ForAll Side side,
      @ForAll int seed) {
    Subspace former = subspace(rows, columns, side, seed);
    AdamMoments moments = moments(former, rows, columns, seed);
    moments.second().muli(1e-3);

    rotate(moments, former, subspace(rows, columns, side, seed + 1));

    assertThat(moments.second().minNumber().doubleValue()).isNotNegative();
  }

  private static void rotate(AdamMoments moments, Subspace former, Subspace next) {
    try (MomentRotation rotation = MomentRotation.between(former, next)) {
      rotation.apply(moments, 7, BETA1, BETA2);
    }
  }

  private static Subspace subspace(int rows, int columns, Side side, int seed) {
    INDArray matrix = random(seed, rows, columns);
    int rank = Math.max(1, Math.min(rows, columns) - 1);
    return SubspaceFinder.exact().find(matrix, side, rank, null);
  }

  private static AdamMoments moments(Subspace subspace, int rows, int columns, int seed) {
    INDArray first = subspace.project(random(seed + 2, rows, columns));
    INDArray second = subspace.project(random(seed + 3, rows, columns));
    return new AdamMoments(first, second.muli(second));
  }

  private static AdamMoments copy(AdamMoments moments) {
    return new AdamMoments(moments.first().dup(), moments.second().dup());
  }

  private static INDArray random(int seed, int rows, int columns) {
    java.util.Random random = new java.util.Random(seed);
    double[] values = random.doubles((long) rows * columns, -1, 1).toArray();
    return Nd4j.createFromArray(values).castTo(DataType.DOUBLE).reshape(rows, columns);
  }
}
