package org.owlore.cuda.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.owlore.cuda.device.Attention;
import org.owlore.cuda.device.Attention.Pass;
import org.owlore.cuda.kernel.NumberType;

class AttentionShapeTest {

  private static Attention attention(NumberType type, long rows, long columns, long depth) {
    return SampleAttention.of(type, rows, columns, depth).batches(3).build().pass(Pass.OUTPUT);
  }

  @Test
  void tilesAreAsLargeAsSharedMemoryAllows() {
    assertThat(AttentionShape.of(attention(NumberType.BFLOAT16, 512, 512, 64)))
        .isEqualTo(new AttentionShape(24, 64, 64));
    assertThat(AttentionShape.of(attention(NumberType.BFLOAT16, 512, 512, 128)))
        .isEqualTo(new AttentionShape(24, 64, 32));
    assertThat(AttentionShape.of(attention(NumberType.FLOAT32, 512, 512, 128)))
        .isEqualTo(new AttentionShape(48, 32, 16));
  }

  @Test
  void tilesAreNoLargerThanThereArePositions() {
    assertThat(AttentionShape.of(attention(NumberType.BFLOAT16, 1, 17, 8)))
        .isEqualTo(new AttentionShape(3, 16, 32));
    assertThat(AttentionShape.of(attention(NumberType.BFLOAT16, 33, 16, 8)))
        .isEqualTo(new AttentionShape(3, 64, 16));
  }

  @Test
  void columnsAreDividedWhereTheyAreWorkedOut() {
    Attention attention =
        SampleAttention.of(NumberType.BFLOAT16, 20, 200, 8).build().pass(Pass.COLUMNS);
    assertThat(AttentionShape.of(attention)).isEqualTo(new AttentionShape(4, 64, 32));
  }

  @Test
  void sixteenRowsAreTheWorkOfAWarp() {
    assertThat(new AttentionShape(7, 48, 16).launch()).isEqualTo(new LaunchShape(7, 96, 1));
  }

  @Test
  void nothingIsLaunchedForNoBatches() {
    Attention attention =
        SampleAttention.of(NumberType.FLOAT32, 4, 5, 8).batches(0).build().pass(Pass.OUTPUT);
    assertThat(AttentionShape.of(attention).blocks()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void whatIsTooDeepForSharedMemoryIsRefused(Pass pass) {
    Attention attention = SampleAttention.of(NumberType.FLOAT32, 9, 9, 400).build().pass(pass);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AttentionShape.of(attention))
        .withMessage(
            "An attention's %s pass with depths 400 and 400 of FLOAT32 needs more than the 48 KiB of shared memory of a block: multiply its matrices one by one instead.",
            pass);
  }

  @ParameterizedTest
  @EnumSource
  void thereIsRoomForTheLargestDepth(Pass pass) {
    for (NumberType type : new NumberType[] {NumberType.FLOAT32, NumberType.BFLOAT16}) {
      Attention attention =
          SampleAttention.of(type, 999, 999, Attention.LARGEST_DEPTH).build().pass(pass);
      assertThat(AttentionShape.of(attention).tile()).isPositive();
    }
  }
}
