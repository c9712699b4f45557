package org.owlore.cuda.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.owlore.cuda.device.Attention.Pass;
import org.owlore.cuda.device.Device;
import org.owlore.cuda.driver.AvailableDevice;
import org.owlore.cuda.kernel.Function;
import org.owlore.cuda.kernel.Kernel;
import org.owlore.cuda.kernel.NumberType;
import org.owlore.cuda.kernel.Reduction;

/** What generated kernels and attentions compute on hardware; skipped where there is none. */
class HardwareRunTest {
  private final Random random = new Random();

  @Test
  void functionsAreTheInterpreters() {
    try (Device device = AvailableDevice.orSkip()) {
      for (Function function : Function.values()) {
        for (NumberType.Kind kind :
            new NumberType.Kind[] {NumberType.Kind.REAL, NumberType.Kind.INTEGER}) {
          Kernel kernel = SampleKernels.apply(function, kind);
          BothWays.agree(device, kernel, SampleKernels.operands(kernel), 4e-6);
        }
      }
    }
  }

  @Test
  void everyTypeIsReadAndWrittenAsItLies() {
    try (Device device = AvailableDevice.orSkip()) {
      for (NumberType type : NumberType.values()) {
        KernelContent content = KernelContent.random(type, 500, 1 << 30, random);
        KernelContent zeros = KernelContent.of(type, 500, i -> 0);
        BothWays.agree(device, SampleKernels.copy(type, 500), List.of(content, zeros), 0);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void rowsOfAnyLengthAreReduced(Reduction reduction) {
    try (Device device = AvailableDevice.orSkip()) {
      for (int columns : new int[] {1, 31, 33, 1000, 20000}) {
        KernelContent rows =
            KernelContent.of(
                NumberType.FLOAT32,
                100 * columns,
                i -> reduction == Reduction.PRODUCT ? 1 + 0.5 / columns : random.nextInt(9) - 4);
        KernelContent results = KernelContent.of(NumberType.FLOAT32, 100, i -> 0);
        Kernel kernel = SampleKernels.reduce(reduction, 100, columns);
        BothWays.agree(device, kernel, List.of(rows, results), 2e-3);
      }
    }
  }

  @Test
  void rowsAreReplacedByTheirSoftmaxInPlace() {
    try (Device device = AvailableDevice.orSkip()) {
      for (int columns : new int[] {1, 33, 1000, 20000}) {
        for (NumberType type : List.of(NumberType.FLOAT32, NumberType.BFLOAT16)) {
          KernelContent rows = KernelContent.random(type, 300 * columns, 1, random);
          Kernel kernel = SampleKernels.softmax(300, columns, type);
          BothWays.agree(device, kernel, List.of(rows), type.isNarrow() ? 4e-3 : 1e-5);
        }
      }
    }
  }

  @Test
  void pointsAddToRowsThatTheyNameAtOnce() {
    try (Device device = AvailableDevice.orSkip()) {
      KernelContent names = KernelContent.of(NumberType.INT32, 4000, i -> random.nextInt(5) - 1);
      KernelContent numbers = KernelContent.of(NumberType.FLOAT32, 28000, i -> random.nextInt(100));
      KernelContent table = KernelContent.of(NumberType.FLOAT32, 28, i -> 0);
      Kernel kernel = SampleKernels.addToRows(4000, 7);
      BothWays.agree(device, kernel, List.of(names, numbers, table), 0);
    }
  }

  @Test
  void whatAllColumnsReadIsReplacedOnceAllHaveReadIt() {
    try (Device device = AvailableDevice.orSkip()) {
      List<KernelContent> contents = new ArrayList<>();
      contents.add(KernelContent.of(NumberType.INT64, 300 * 5000, i -> 0));
      contents.add(KernelContent.random(NumberType.INT32, 300, 1000, random));
      BothWays.agree(device, SampleKernels.counted(300, 5000), contents, 0);
    }
  }

  @Test
  void randomKernelsDoWhatTheInterpreterDoes() {
    try (Device device = AvailableDevice.orSkip()) {
      for (int i = 0; i < 100; i++) {
        RandomKernel drawn = RandomKernel.of(random);
        BothWays.agree(device, drawn.kernel(), drawn.contents(), 1e-2);
      }
    }
  }

  @Test
  void attentionsOfAnyDepthAreTheInterpreters() {
    try (Device device = AvailableDevice.orSkip()) {
      for (NumberType type : List.of(NumberType.FLOAT32, NumberType.BFLOAT16)) {
        for (long depth : new long[] {1, 7, 8, 16, 24, 64, 80, 128}) {
          agree(device, SampleAttention.of(type, 150, 270, depth).batches(3).build());
        }
      }
    }
  }

  @Test
  void attentionsThatSeeOnlyWhatCameBeforeAreTheInterpreters() {
    try (Device device = AvailableDevice.orSkip()) {
      for (NumberType type : List.of(NumberType.FLOAT32, NumberType.BFLOAT16)) {
        for (long length : new long[] {64, 65, 512}) {
          agree(
              device,
              SampleAttention.of(type, length, length, 64)
                  .mask((position, column) -> column <= position)
                  .build());
        }
      }
    }
  }

  @Test
  void randomAttentionsAreTheInterpreters() {
    try (Device device = AvailableDevice.orSkip()) {
      for (int i = 0; i < 100; i++) {
        agree(device, SampleAttention.random(random));
      }
    }
  }

  private void agree(Device device, SampleAttention sample) {
    for (Pass pass : Pass.values()) {
      List<KernelContent> contents = sample.contents(pass, random);
      BothWays.agree(device, sample.pass(pass), contents, sample.tolerance());
    }
  }
}
