package org.owlore.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SplitMix64Test {

  @Test
  void givesThePublishedSequenceOfSeed1234567() {
    SplitMix64 random = new SplitMix64(1234567);

    assertThat(Long.toUnsignedString(random.nextLong())).isEqualTo("6457827717110365317");
    assertThat(Long.toUnsignedString(random.nextLong())).isEqualTo("3203168211198807973");
    assertThat(Long.toUnsignedString(random.nextLong())).isEqualTo("9817491932198370423");
    assertThat(Long.toUnsignedString(random.nextLong())).isEqualTo("4593380528125082431");
    assertThat(Long.toUnsignedString(random.nextLong())).isEqualTo("16408922859458223821");
  }

  @Test
  void doublesLieInTheHalfOpenUnitInterval() {
    SplitMix64 random = new SplitMix64(3);
    for (int i = 0; i < 10_000; i++) {
      assertThat(random.nextDouble()).isGreaterThanOrEqualTo(0).isLessThan(1);
    }
  }

  @Test
  void neighbouringSeedsAndIndicesGiveDifferentNumbers() {
    Set<Long> first = new HashSet<>();
    for (long seed = -50; seed < 50; seed++) {
      for (long index = 0; index < 100; index++) {
        first.add(SplitMix64.of(seed, index).nextLong());
      }
    }
    assertThat(first).hasSize(10_000);
  }
}
