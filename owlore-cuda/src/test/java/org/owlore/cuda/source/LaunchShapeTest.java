package org.owlore.cuda.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.owlore.cuda.kernel.NumberType;
import org.owlore.cuda.kernel.Reduction;

class LaunchShapeTest {

  @Test
  void pointsHaveAThreadEach() {
    assertThat(LaunchShape.of(SampleKernels.copy(NumberType.FLOAT32, 1000)))
        .isEqualTo(new LaunchShape(4, 256, 1));
  }

  @Test
  void morePointsThanThreadsAreSharedOut() {
    assertThat(LaunchShape.of(SampleKernels.copy(NumberType.FLOAT32, 1L << 33)))
        .isEqualTo(new LaunchShape(8192, 256, 1));
  }

  @Test
  void shortRowsHaveAWarpEachAndLongOnesABlock() {
    assertThat(rows(20, 33)).isEqualTo(new LaunchShape(3, 256, 32));
    assertThat(rows(20, 1000)).isEqualTo(new LaunchShape(20, 256, 256));
    assertThat(rows(20, 32000)).isEqualTo(new LaunchShape(20, 1024, 1024));
  }

  @Test
  void manyRowsOfMiddleLengthHaveAWarpEach() {
    assertThat(rows(4096, 1000)).isEqualTo(new LaunchShape(512, 256, 32));
  }

  @Test
  void nothingIsDoneByNobody() {
    assertThat(rows(0, 7).blocks()).isZero();
    assertThat(rows(7, 0).blocks()).isZero();
  }

  private static LaunchShape rows(long rows, long columns) {
    return LaunchShape.of(SampleKernels.reduce(Reduction.SUM, rows, columns));
  }
}
