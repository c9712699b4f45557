package org.owlore.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.nd4j.linalg.api.buffer.DataType;

class MemoryLayoutTest {

  private record Draft(int length, int first, int duration) {}

  @Provide
  Arbitrary<List<Lifetime>> lifetimes() {
    Arbitrary<Draft> draft =
        Combinators.combine(
                Arbitraries.integers().between(0, 500),
                Arbitraries.integers().between(0, 40),
                Arbitraries.integers().between(0, 20))
            .as(Draft::new);
    return draft
        .list()
        .ofMaxSize(40)
        .map(
            drafts ->
                IntStream.range(0, drafts.size())
                    .mapToObj(i -> lifetime("array" + i, drafts.get(i)))
                    .toList());
  }

  private static Lifetime lifetime(String name, Draft draft) {
    return new Lifetime(
        name,
        ArrayType.of(DataType.FLOAT, draft.length()),
        draft.first(),
        draft.first() + draft.duration());
  }

  @Property(tries = 200)
  void arraysAliveAtTheSameTimeNeverOverlap(@ForAll("lifetimes") List<Lifetime> lifetimes) {
    MemoryLayout layout = new MemoryLayout(lifetimes);

    for (Lifetime one : lifetimes) {
      for (Lifetime other : lifetimes) {
        if (one != other
            && one.firstStep() <= other.lastStep()
            && other.firstStep() <= one.lastStep()) {
          long start = layout.offsets().get(one.name());
          long otherStart = layout.offsets().get(other.name());
          boolean apart =
              start + one.type().length() <= otherStart
                  || otherStart + other.type().length() <= start;
          assertThat(apart).as("%s and %s", one, other).isTrue();
        }
      }
    }
  }

  @Property(tries = 200)
  void everyArrayFitsIntoTheArena(@ForAll("lifetimes") List<Lifetime> lifetimes) {
    MemoryLayout layout = new MemoryLayout(lifetimes);

    for (Lifetime life : lifetimes) {
      assertThat(layout.offsets().get(life.name()) + life.type().length())
          .isLessThanOrEqualTo(layout.lengths().get(DataType.FLOAT));
    }
  }
}
