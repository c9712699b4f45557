package org.owlore.galore;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class GaLoreMemoryTest {
  private static final long MEBIBYTE = 1 << 20;

  /** A low-rank gradient takes 4 MiB here and a search for the subspace 8 MiB and more. */
  @ParameterizedTest
  @EnumSource
  void stepsAndRefreshesLeaveNoMemoryBehind(MomentsAtRefresh rule) {
    GaLoreUpdater config =
        GaLoreUpdater.builder().rank(128).refreshInterval(4).momentsAtRefresh(rule).build();
    GaLoreGradientUpdater updater = config.forParameter(256, 8192);
    INDArray gradient = Nd4j.rand(DataType.FLOAT, 256, 8192);
    run(updater, gradient, 4);
    long before = Pointer.physicalBytes();
    run(updater, gradient, 16);
    assertThat(Pointer.physicalBytes() - before).isLessThan(40 * MEBIBYTE);
    updater.dropState();
    gradient.close();
  }

  private static void run(GaLoreGradientUpdater updater, INDArray gradient, int steps) {
    for (int t = 0; t < steps; t++) {
      updater.applyUpdater(gradient, t, 0);
    }
  }
}
