package org.owlore.cuda.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.cuda.device.Device;
import org.owlore.cuda.device.DeviceMemory;
import org.owlore.cuda.device.MatrixProduct;
import org.owlore.cuda.device.OutOfDeviceMemoryException;
import org.owlore.cuda.kernel.NumberType;

class InterpretedDeviceTest {
  private final InterpretedDevice device = new InterpretedDevice();

  @Test
  void freshMemoryReadsAsNaN() {
    assertThat(device.floats(device.allocate(8).start(), 2)).containsOnly(Float.NaN);
  }

  @Test
  void copiesToAndFromTheHostFromTheMiddleOfAnArray() {
    DeviceMemory memory = device.floats(0, 0, 0, 0);
    try (FloatPointer host = new FloatPointer(1, 2, 3);
        FloatPointer back = new FloatPointer(2)) {
      device.upload(new FloatPointer(host).position(1), memory.at(4), 8);
      device.download(memory.at(8), back, 8).await();

      assertThat(device.floats(memory.start(), 4)).containsExactly(0, 2, 3, 0);
      assertThat(back.get(0)).isEqualTo(3);
      assertThat(back.get(1)).isEqualTo(0);
    }
  }

  @Test
  void aDownloadArrivesWhenItIsAwaitedWithWhatWasThereWhenItWasAskedFor() {
    DeviceMemory memory = device.floats(1);
    try (FloatPointer host = new FloatPointer(5f)) {
      Device.Transfer transfer = device.download(memory.start(), host, 4);
      device.clear(memory.start(), 4);
      assertThat(host.get()).isEqualTo(5);
      transfer.await();
      assertThat(host.get()).isEqualTo(1);
    }
  }

  @Test
  void aDownloadArrivesWhenAllWorkIsAwaited() {
    DeviceMemory memory = device.floats(1);
    try (FloatPointer host = new FloatPointer(5f)) {
      device.download(memory.start(), host, 4);
      device.synchronize();
      assertThat(host.get()).isEqualTo(1);
    }
  }

  @Test
  void copiesAndClearsWithinTheDevice() {
    DeviceMemory memory = device.floats(1, 2, 3);
    device.copy(memory.start(), memory.at(8), 4);
    device.clear(memory.at(4), 4);
    assertThat(device.floats(memory.start(), 3)).containsExactly(1, 0, 1);
  }

  @Test
  void refusesMoreMemoryThanThereIsAndStaysUsable() {
    device.setLimit(100);
    DeviceMemory first = device.allocate(60);
    assertThatThrownBy(() -> device.allocate(50))
        .isInstanceOfSatisfying(
            OutOfDeviceMemoryException.class,
            e -> {
              assertThat(e.getRequestedBytes()).isEqualTo(50);
              assertThat(e.getFreeBytes()).isEqualTo(40);
            });
    first.close();
    assertThat(device.allocate(100).bytes()).isEqualTo(100);
  }

  @Test
  void countsMemoryOnceHoweverOftenItIsClosed() {
    DeviceMemory memory = device.allocate(60);
    memory.close();
    memory.close();
    assertThat(device.getLiveBytes()).isZero();
    assertThat(device.getAllocations()).isEqualTo(1);
  }

  @Test
  void refusesMemoryThatWasClosed() {
    DeviceMemory memory = device.allocate(4);
    memory.close();
    assertThatThrownBy(() -> device.clear(memory.start(), 4))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("memory 0 is used after it was closed.");
  }

  @Test
  void refusesMemoryOfAnotherDevice() {
    DeviceMemory other = new InterpretedDevice().allocate(4);
    assertThatThrownBy(() -> device.clear(other.start(), 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("of another device");
  }

  @Test
  void refusesToCopyBeyondTheEnd() {
    DeviceMemory memory = device.allocate(8);
    assertThatThrownBy(() -> device.clear(memory.at(4), 8))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("memory 0 has 8 bytes, but 8 were touched from byte 4 on.");
  }

  @Test
  void pinnedMemoryIsCountedApartAndRefusedAfterClosing() {
    var pinned = device.allocatePinned(12);
    assertThat(device.getPinnedBytes()).isEqualTo(12);
    assertThat(pinned.bytes()).isEqualTo(12);
    pinned.close();
    assertThat(device.getPinnedBytes()).isZero();
    assertThatThrownBy(pinned::pointer).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void multipliesMatricesAsTheyLie() {
    DeviceMemory a = device.floats(1, 2, 3, 4, 5, 6);
    DeviceMemory b = device.floats(1, 0, 2, 0, 1, 3);
    DeviceMemory c = device.floats(1, 1, 1, 1);
    device.multiply(
        MatrixProduct.builder().rows(2).columns(2).inner(3).transposeRight(true).build(),
        a.start(),
        b.start(),
        c.start());
    assertThat(device.floats(c.start(), 4)).containsExactly(7, 11, 16, 23);

    device.multiply(
        MatrixProduct.builder()
            .rows(2)
            .columns(2)
            .inner(3)
            .transposeLeft(true)
            .factor(2)
            .keep(1)
            .build(),
        a.start(),
        b.start(),
        c.start());
    assertThat(device.floats(c.start(), 4)).containsExactly(31, 41, 48, 59);
  }

  @Test
  void multipliesBatchesThatShareAnOperand() {
    DeviceMemory a = device.floats(2, 3);
    DeviceMemory b = device.floats(1, 10, 100, 1000);
    DeviceMemory c = device.allocate(8);
    device.multiply(
        MatrixProduct.builder()
            .rows(1)
            .columns(1)
            .inner(2)
            .batches(2)
            .rightStride(2)
            .outputStride(1)
            .build(),
        a.start(),
        b.start(),
        c.start());
    assertThat(device.floats(c.start(), 2)).containsExactly(32, 3200);
  }

  @Test
  void multipliesNarrowNumbersIntoFloat32() {
    INDArray narrow = Nd4j.createFromArray(1f, 2f, 3f, 4f).castTo(DataType.BFLOAT16);
    DeviceMemory a = device.holding(narrow);
    DeviceMemory c = device.allocate(16);
    device.multiply(
        MatrixProduct.builder().rows(2).columns(2).inner(2).operands(NumberType.BFLOAT16).build(),
        a.start(),
        a.start(),
        c.start());
    assertThat(device.floats(c.start(), 4)).containsExactly(7, 10, 15, 22);
  }

  @Test
  void refusesAProductBeyondTheEnd() {
    DeviceMemory small = device.floats(1, 2, 3);
    assertThatThrownBy(
            () ->
                device.multiply(
                    MatrixProduct.builder().rows(2).columns(2).inner(2).build(),
                    small.start(),
                    small.start(),
                    small.start()))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void findsEigenvectorsInRowsAndEigenvaluesAscending() {
    DeviceMemory matrix = device.floats(2, 1, 1, 2);
    DeviceMemory values = device.allocate(8);
    device.decompose(2, matrix.start(), values.start());

    float[] eigenvalues = device.floats(values.start(), 2);
    assertThat(eigenvalues[0]).isCloseTo(1, within(1e-6f));
    assertThat(eigenvalues[1]).isCloseTo(3, within(1e-6f));
    float[] vectors = device.floats(matrix.start(), 4);
    assertThat(vectors[0] * vectors[1]).isCloseTo(-0.5f, within(1e-6f));
    assertThat(vectors[2] * vectors[3]).isCloseTo(0.5f, within(1e-6f));
  }

  @Test
  void tellsWhatWasAskedOfIt() {
    DeviceMemory memory = device.allocate(8);
    device.clear(memory.at(4), 4);
    assertThat(device.takeRequests()).isEqualTo(List.of("clear 4, memory 0 + 4"));
    assertThat(device.takeRequests()).isEmpty();
  }
}
