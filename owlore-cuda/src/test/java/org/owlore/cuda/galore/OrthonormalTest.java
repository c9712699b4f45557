package org.owlore.cuda.galore;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.cuda.device.DeviceMemory;
import org.owlore.cuda.testing.InterpretedDevice;

class OrthonormalTest {
  private final InterpretedDevice device = new InterpretedDevice();

  private INDArray orthonormalized(INDArray rows) {
    int count = (int) rows.size(0);
    try (DeviceMemory memory = device.holding(rows);
        DeviceMemory scratch = device.allocate(memory.bytes());
        DeviceMemory gram = device.allocate(4L * count * count);
        DeviceMemory eigenvalues = device.allocate(4L * count)) {
      Orthonormal orthonormal =
          new Orthonormal(
              device, new SubspaceKernels(new Kernels()), gram.start(), eigenvalues.start());
      Matrix matrix = Matrix.at(memory.start(), count, rows.size(1));

      orthonormal.orthonormalize(matrix, scratch.start());
      return device.array(memory.start(), DataType.FLOAT, rows.shape());
    }
  }

  @Property(tries = 60)
  void rowsBecomeAnOrthonormalBasisOfWhatTheySpan(
      @ForAll @IntRange(min = 1, max = 12) int count,
      @ForAll @IntRange(min = 12, max = 40) int length,
      @ForAll @DoubleRange(min = -6, max = 6) double size,
      @ForAll @IntRange(min = 0, max = 4) int unevenness) {
    INDArray rows = Nd4j.randn(DataType.FLOAT, count, length).muli(Math.pow(10, size));
    for (int row = 0; row < count; row++) {
      rows.getRow(row).muli(Math.pow(10, -(double) unevenness * row / count));
    }
    INDArray basis = orthonormalized(rows);
    INDArray gram = basis.mmul(basis.transpose());
    assertThat(gram.distance2(Nd4j.eye(count))).isLessThan(2e-3);
    INDArray projected = rows.mmul(basis.transpose()).mmul(basis);
    assertThat(projected.distance2(rows)).isLessThan(1e-4 * rows.norm2Number().doubleValue());
  }

  @Property(tries = 30)
  void dependentRowsAreCompletedByZeros(
      @ForAll @IntRange(min = 1, max = 4) int independent,
      @ForAll @IntRange(min = 0, max = 5) int dependent) {
    INDArray rows =
        Nd4j.randn(DataType.FLOAT, independent + dependent, independent)
            .mmul(Nd4j.randn(DataType.FLOAT, independent, 20))
            .dup('c');
    INDArray basis = orthonormalized(rows);
    double norm = basis.norm2Number().doubleValue();
    assertThat(norm * norm).isBetween(independent - 0.01, independent + 0.01);
  }

  @Property(tries = 5)
  void zerosStayZeros(@ForAll @IntRange(min = 1, max = 4) int count) {
    INDArray basis = orthonormalized(Nd4j.create(DataType.FLOAT, count, 9));
    assertThat(basis.amaxNumber().doubleValue()).isZero();
  }
}
