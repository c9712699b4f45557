package org.owlore.cuda.galore;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.cuda.device.DeviceMemory;
import org.owlore.cuda.testing.InterpretedDevice;
import org.owlore.galore.Side;

class BasesTest {
  private final InterpretedDevice device = new InterpretedDevice();

  @Property(tries = 60)
  void projectsAsTheFormulasSay(
      @ForAll @IntRange(min = 1, max = 9) int rows,
      @ForAll @IntRange(min = 1, max = 9) int columns,
      @ForAll @IntRange(min = 1, max = 4) int rank,
      @ForAll Side side) {
    LowRank sizes = new LowRank(rows, columns, side, rank);
    INDArray gradient = Nd4j.randn(DataType.FLOAT, rows, columns);
    INDArray left = Nd4j.randn(DataType.FLOAT, rank, rows);
    INDArray right = Nd4j.randn(DataType.FLOAT, rank, columns);
    INDArray lowRank = side.hasLeft() ? left.mmul(gradient) : gradient;
    lowRank = side.hasRight() ? lowRank.mmul(right.transpose()) : lowRank;
    INDArray back = side.hasLeft() ? left.transpose().mmul(lowRank) : lowRank;
    back = side.hasRight() ? back.mmul(right) : back;

    try (DeviceMemory full = device.holding(gradient);
        DeviceMemory first = device.holding(left);
        DeviceMemory second = device.holding(right);
        DeviceMemory half = device.allocate(4 * sizes.halfNumbers());
        DeviceMemory low = device.allocate(4 * sizes.lowNumbers())) {
      Bases bases = Bases.at(first.start(), second.start(), sizes);
      Matrix matrix = Matrix.at(full.start(), rows, columns);
      bases.project(matrix, device, half.start(), low.start());
      assertClose(low, lowRank);

      Matrix projected = Matrix.at(low.start(), sizes.lowRows(), sizes.lowColumns());
      bases.projectBack(projected, device, half.start(), full.start());
      assertClose(full, back);
    }
  }

  private void assertClose(DeviceMemory memory, INDArray wanted) {
    INDArray actual = device.array(memory.start(), DataType.FLOAT, wanted.shape());
    assertThat(actual.distance2(wanted))
        .isLessThan(1e-4 * (1 + wanted.norm2Number().doubleValue()));
  }
}
