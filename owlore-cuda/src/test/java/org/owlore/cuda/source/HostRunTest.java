package org.owlore.cuda.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.owlore.cuda.kernel.Function;
import org.owlore.cuda.kernel.Kernel;
import org.owlore.cuda.kernel.NumberType;
import org.owlore.cuda.kernel.Reduction;
import org.owlore.cuda.source.HostKernels.Turns;

/** What generated kernels compute, found out on the host. */
class HostRunTest {
  private final Random random = new Random();

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "TRUTH")
  void functionsAreTheInterpreters(NumberType.Kind kind) {
    List<Kernel> kernels = new ArrayList<>();
    for (Function function : Function.values()) {
      kernels.add(SampleKernels.apply(function, kind));
    }
    try (HostKernels host = HostKernels.of(kernels)) {
      for (Kernel kernel : kernels) {
        new BothWays(host).agree(kernel, Turns.FORWARDS, SampleKernels.operands(kernel), 2e-6);
      }
    }
  }

  @Test
  void everyTypeIsReadAndWrittenAsItLies() {
    List<Kernel> kernels = new ArrayList<>();
    for (NumberType type : NumberType.values()) {
      kernels.add(SampleKernels.copy(type, 500));
    }
    try (HostKernels host = HostKernels.of(kernels)) {
      for (Kernel kernel : kernels) {
        NumberType type = kernel.parameters().get(0).type();
        new BothWays(host).agree(kernel, Turns.FORWARDS, contents(type, 500, type, 500), 0);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void rowsOfAnyLengthAreReduced(Reduction reduction) {
    List<Kernel> kernels = new ArrayList<>();
    for (int columns : new int[] {1, 31, 33, 1000, 20000}) {
      kernels.add(SampleKernels.reduce(reduction, 10, columns));
    }
    try (HostKernels host = HostKernels.of(kernels)) {
      for (Kernel kernel : kernels) {
        int columns = (int) kernel.columnCount();
        KernelContent rows =
            KernelContent.of(
                NumberType.FLOAT32,
                10 * columns,
                i -> reduction == Reduction.PRODUCT ? 1 + 0.5 / columns : random.nextInt(9) - 4);
        List<KernelContent> contents = List.of(rows, zeros(10));
        new BothWays(host).agree(kernel, Turns.FORWARDS, contents, 2e-4);
        new BothWays(host).agree(kernel, Turns.BACKWARDS, contents, 2e-4);
      }
    }
  }

  @Test
  void aRowWithoutAnyNumberAboveMinusInfinityHasItsMaximumAtTheFirstColumn() {
    Kernel kernel = SampleKernels.reduce(Reduction.INDEX_OF_MAXIMUM, 2, 300);
    KernelContent rows =
        KernelContent.of(
            NumberType.FLOAT32, 600, i -> i < 300 ? Float.NEGATIVE_INFINITY : Float.NaN);
    try (HostKernels host = HostKernels.of(List.of(kernel))) {
      new BothWays(host).agree(kernel, Turns.BACKWARDS, List.of(rows, zeros(2)), 0);
    }
  }

  @Test
  void rowsAreReplacedByTheirSoftmaxInPlace() {
    List<Kernel> kernels = new ArrayList<>();
    for (NumberType type : new NumberType[] {NumberType.FLOAT32, NumberType.BFLOAT16}) {
      for (int columns : new int[] {1, 33, 1000}) {
        kernels.add(SampleKernels.softmax(11, columns, type));
      }
    }
    try (HostKernels host = HostKernels.of(kernels)) {
      for (Kernel kernel : kernels) {
        NumberType type = kernel.parameters().get(0).type();
        int count = 11 * (int) kernel.columnCount();
        for (Turns turns : Turns.values()) {
          List<KernelContent> contents = List.of(KernelContent.random(type, count, 1, random));
          new BothWays(host).agree(kernel, turns, contents, type.isNarrow() ? 4e-3 : 1e-6);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aReductionOfWhatAnotherOneFoundComesAfterIt(Turns turns) {
    Kernel kernel = SampleKernels.variance(3, 500);
    KernelContent rows = KernelContent.random(NumberType.FLOAT32, 1500, 1, random);
    try (HostKernels host = HostKernels.of(List.of(kernel))) {
      new BothWays(host).agree(kernel, turns, List.of(rows, zeros(3)), 1e-6);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatAllColumnsReadIsReplacedOnceAllHaveReadIt(Turns turns) {
    Kernel kernel = SampleKernels.counted(3, 500);
    List<KernelContent> contents = contents(NumberType.INT64, 1500, NumberType.INT32, 3);
    try (HostKernels host = HostKernels.of(List.of(kernel))) {
      new BothWays(host).agree(kernel, turns, contents, 0);
    }
  }

  @Test
  void pointsAddToRowsThatTheyNameAndNegativeOnesAreLeftOut() {
    Kernel kernel = SampleKernels.addToRows(40, 7);
    KernelContent names = KernelContent.of(NumberType.INT32, 40, i -> random.nextInt(5) - 1);
    KernelContent numbers = KernelContent.of(NumberType.FLOAT32, 280, i -> random.nextInt(100));
    try (HostKernels host = HostKernels.of(List.of(kernel))) {
      new BothWays(host).agree(kernel, Turns.BACKWARDS, List.of(names, numbers, zeros(28)), 0);
    }
  }

  @Test
  void nothingIsReadWhereAGuardDoesNotHold() {
    Kernel kernel = SampleKernels.shifted(5, 9);
    try (HostKernels host = HostKernels.of(List.of(kernel))) {
      List<KernelContent> contents = contents(NumberType.FLOAT32, 45, NumberType.FLOAT32, 45);
      new BothWays(host).agree(kernel, Turns.FORWARDS, contents, 0);
    }
  }

  @Test
  void positionsAreFoldedAndQuotientsOfNegativeOnesRoundedDown() {
    Kernel kernel = SampleKernels.folded(6, 35);
    List<KernelContent> contents =
        List.of(
            KernelContent.random(NumberType.FLOAT32, 210, 1, random),
            zeros(6),
            KernelContent.of(NumberType.INT64, 210, i -> 0));
    try (HostKernels host = HostKernels.of(List.of(kernel))) {
      new BothWays(host).agree(kernel, Turns.FORWARDS, contents, 1e-5);
    }
  }

  @Test
  void randomKernelsDoWhatTheInterpreterDoes() {
    List<RandomKernel> kernels = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      long seed = random.nextLong();
      kernels.add(RandomKernel.of(new Random(seed)));
    }
    try (HostKernels host = HostKernels.of(kernels.stream().map(RandomKernel::kernel).toList())) {
      for (RandomKernel drawn : kernels) {
        Turns turns = random.nextBoolean() ? Turns.FORWARDS : Turns.BACKWARDS;
        new BothWays(host).agree(drawn.kernel(), turns, drawn.contents(), 1e-2);
      }
    }
  }

  @Test
  void positionsThatNeed64BitsGetThem() {
    assertThat(KernelBody.of(SampleKernels.copy(NumberType.FLOAT16, 5_000_000_000L)))
        .contains("integer point")
        .contains("5000000000LL");
    assertThat(KernelBody.of(SampleKernels.copy(NumberType.FLOAT16, 5_000_000L)))
        .contains("int point")
        .doesNotContain("integer");
  }

  private KernelContent zeros(int count) {
    return KernelContent.of(NumberType.FLOAT32, count, i -> 0);
  }

  private List<KernelContent> contents(NumberType a, int countOfA, NumberType b, int countOfB) {
    return List.of(
        KernelContent.random(a, countOfA, 1 << 30, random),
        KernelContent.random(b, countOfB, 1 << 30, random));
  }
}
