package org.owlore.cuda.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class IndexTest {
  private static final long[] EXTENTS = {1, 2, 5, 12};

  /** A random expression, from which both a value and an index are made the same way. */
  private static Index random(Random random, int depth) {
    int dimension = random.nextInt(EXTENTS.length);
    Index index = Index.dimension(dimension, EXTENTS[dimension]);
    for (int i = 0; i < depth; i++) {
      int other = random.nextInt(EXTENTS.length);
      index =
          switch (random.nextInt(5)) {
            case 0 -> index.plus(Index.dimension(other, EXTENTS[other]));
            case 1 -> index.times(1 + random.nextInt(12));
            case 2 -> index.plus(random.nextInt(20) - 10);
            case 3 -> index.dividedBy(1 + random.nextInt(12));
            default -> index.modulo(1 + random.nextInt(12));
          };
    }
    return index;
  }

  private static long[] point(Random random) {
    long[] point = new long[EXTENTS.length];
    for (int i = 0; i < point.length; i++) {
      point[i] = random.nextInt((int) EXTENTS[i]);
    }
    return point;
  }

  @Property
  void arithmeticIsThatOfTheValues(@ForAll long seed, @ForAll int number) {
    Random random = new Random(seed);
    Index a = random(random, random.nextInt(6));
    Index b = random(random, random.nextInt(6));
    long divisor = 1 + Math.floorMod(number, 15);
    long[] at = point(random);

    assertThat(a.plus(b).at(at)).isEqualTo(a.at(at) + b.at(at));
    assertThat(a.times(number).at(at)).isEqualTo(a.at(at) * number);
    assertThat(a.plus(number).at(at)).isEqualTo(a.at(at) + number);
    assertThat(a.dividedBy(divisor).at(at)).isEqualTo(Math.floorDiv(a.at(at), divisor));
    assertThat(a.modulo(divisor).at(at)).isEqualTo(Math.floorMod(a.at(at), divisor));
  }

  @Property
  void noValueLeavesTheBounds(@ForAll long seed) {
    Random random = new Random(seed);
    Index index = random(random, 8);

    assertThat(index.at(point(random))).isBetween(index.minimum(), index.maximum());
  }

  @Test
  void rowsAndColumnsOfALinearIndexAreFoundAgainWithoutDivision() {
    Index row = Index.dimension(0, 7);
    Index column = Index.dimension(1, 5);
    Index linear = row.times(5).plus(column);

    assertThat(linear.dividedBy(5)).isEqualTo(row);
    assertThat(linear.modulo(5)).isEqualTo(column);
  }

  @Test
  void equalSumsInAnotherOrderAreEqual() {
    Index row = Index.dimension(0, 7);
    Index column = Index.dimension(1, 5);

    assertThat(row.plus(column)).isEqualTo(column.plus(row));
    assertThat(row.plus(column).plus(row.times(-1))).isEqualTo(column);
  }

  @Test
  void aDimensionOfOneIsZero() {
    assertThat(Index.dimension(3, 1)).isEqualTo(Index.ZERO);
  }

  @Test
  void dependenceIsSeenThroughQuotients() {
    Index quotient = Index.dimension(2, 10).dividedBy(3);

    assertThat(List.of(quotient.dependsOnDimensionsFrom(2), quotient.dependsOnDimensionsFrom(3)))
        .containsExactly(true, false);
  }
}
