package org.owlore.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.owlore.cuda.device.Attention;
import org.owlore.cuda.device.Device;
import org.owlore.cuda.device.DeviceException;
import org.owlore.cuda.device.DeviceMemory;
import org.owlore.cuda.device.HostMemory;
import org.owlore.cuda.device.OutOfDeviceMemoryException;
import org.owlore.cuda.device.Place;
import org.owlore.cuda.kernel.Kernel;
import org.owlore.cuda.kernel.KernelBuilder;
import org.owlore.cuda.kernel.NumberType;
import org.owlore.cuda.testing.InterpretedDevice;

/** The device over a driver that is not there; what only a GPU can show is not shown. */
class CudaDeviceTest {
  private final FakeDriver driver = new FakeDriver();
  private final FakeCublasLt cublas = new FakeCublasLt();
  private final FakeCusolver cusolver = new FakeCusolver();
  private final CudaDevice device = open();

  private CudaDevice open() {
    Driver started = new Driver(driver);
    return new CudaDevice(
        CudaDevices.suitable(started, 0),
        new CudaQueue(started, 0),
        source -> source.function().getBytes(),
        queue -> new MatrixProducts(queue, cublas, ProductPrecision.FLOAT32),
        queue -> new EigenSolver(queue, cusolver));
  }

  @AfterEach
  void nothingIsLeftOpen() {
    driver.failures.clear();
    device.close();
    device.close();
    assertThat(driver.retained).isFalse();
    assertThat(driver.pinnedMemory).isEmpty();
    assertThat(driver.modules).isEmpty();
    assertThat(driver.openEvents).isZero();
    assertThat(cublas.open).isEmpty();
    assertThat(cusolver.open).isFalse();
  }

  @Test
  void whatIsUploadedMayChangeAtOnce() {
    byte[] content = new byte[70_000_000];
    new Random(5).nextBytes(content);
    try (DeviceMemory memory = device.allocate(content.length);
        BytePointer host = new BytePointer(content);
        BytePointer back = new BytePointer(content.length)) {
      device.upload(host, memory.start(), content.length);
      host.fill(0);
      device.download(memory.start(), back, content.length).await();
      byte[] found = new byte[content.length];
      back.get(found);
      assertThat(found).isEqualTo(content);
    }
  }

  @Test
  void aPointerThatStandsFurtherOnIsReadFromThere() {
    try (DeviceMemory memory = device.allocate(8);
        FloatPointer host = new FloatPointer(1, 2, 3)) {
      device.upload(host.position(1), memory.start(), 8);
      assertThat(floats(memory.start(), 2)).containsExactly(2, 3);
      host.position(0);
    }
  }

  @Test
  void aDownloadArrivesWhenItIsAwaited() {
    try (DeviceMemory memory = device.allocate(4);
        HostMemory host = device.allocatePinned(4)) {
      FloatPointer number = new FloatPointer(host.pointer());
      number.put(7);
      device.clear(memory.start(), 4);
      Device.Transfer transfer = device.download(memory.start(), host.pointer(), 4);
      assertThat(number.get()).isEqualTo(7);
      transfer.await();
      transfer.await();
      assertThat(number.get()).isZero();
    }
  }

  @Test
  void downloadsThatNobodyAwaitsLeaveNothingBehind() {
    try (DeviceMemory memory = device.allocate(4);
        HostMemory host = device.allocatePinned(4)) {
      Device.Transfer first = device.download(memory.start(), host.pointer(), 4);
      for (int step = 0; step < 100; step++) {
        device.download(memory.start(), host.pointer(), 4);
        device.synchronize();
      }
      first.await();
      assertThat(driver.openEvents).isLessThanOrEqualTo(2);
    }
  }

  @Test
  void copiesGoWithinTheDevice() {
    try (DeviceMemory memory = device.allocate(16);
        FloatPointer host = new FloatPointer(1, 2)) {
      device.upload(host, memory.start(), 8);
      device.copy(memory.start(), memory.at(8), 8);
      assertThat(floats(memory.at(8), 2)).containsExactly(1, 2);
    }
  }

  @Test
  void nothingIsCopiedOfNothing() {
    try (DeviceMemory memory = device.allocate(0);
        BytePointer host = new BytePointer(1)) {
      device.upload(host, memory.start(), 0);
      device.copy(memory.start(), memory.start(), 0);
      device.clear(memory.start(), 0);
      device.download(memory.start(), host, 0).await();
      assertThat(memory.bytes()).isZero();
    }
    assertThat(device.allocatePinned(0).bytes()).isZero();
  }

  @Test
  void tooMuchMemoryIsRefusedAndTheDeviceStaysUsable() {
    assertThatThrownBy(() -> device.allocate(2L << 30))
        .isInstanceOfSatisfying(
            OutOfDeviceMemoryException.class,
            e -> {
              assertThat(e.getRequestedBytes()).isEqualTo(2L << 30);
              assertThat(e.getFreeBytes()).isEqualTo(device.freeBytes());
            });
    device.allocate(100).close();
  }

  @Test
  void memoryIsReleasedOnceAllThatUsesItIsDone() {
    long free = device.freeBytes();
    DeviceMemory memory = device.allocate(1000);
    assertThat(device.freeBytes()).isEqualTo(free - 1000);
    device.clear(memory.start(), 1000);
    memory.close();
    memory.close();
    assertThat(device.freeBytes()).isEqualTo(free);
    assertThatIllegalStateException()
        .isThrownBy(() -> device.clear(memory.start(), 1))
        .withMessage("Device memory of 1000 bytes is used after it was closed.");
  }

  @Test
  void tooMuchPinnedMemoryIsRefused() {
    driver.failures.put("cuMemAllocHost_v2", Driver.OUT_OF_MEMORY);
    assertThatThrownBy(() -> device.allocatePinned(5_000_000))
        .isInstanceOf(DeviceException.class)
        .hasMessageStartingWith("The host has no 5.0 MB left that a device can copy from");
  }

  @Test
  void pinnedMemoryIsNotUsedAfterItWasClosed() {
    HostMemory memory = device.allocatePinned(10);
    memory.close();
    memory.close();
    assertThatIllegalStateException()
        .isThrownBy(memory::pointer)
        .withMessage("Pinned memory of 10 bytes is used after it was closed.");
  }

  @Test
  void placesBeyondMemoryAreRefused() {
    try (DeviceMemory memory = device.allocate(100)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> device.clear(memory.at(60), 41))
          .withMessage("41 bytes from byte 60 on do not lie within device memory of 100 bytes.");
    }
  }

  @Test
  void memoryOfAnotherDeviceIsRefused() {
    try (DeviceMemory memory = new InterpretedDevice().allocate(4)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> device.clear(memory.start(), 4))
          .withMessage(
              "The memory was taken from another device: take it from the one that works on it.");
    }
  }

  @Test
  void anErrorOfTheDeviceAppearsWhenItIsWaitedFor() {
    driver.failures.put("cuStreamSynchronize", FakeDriver.ILLEGAL_ADDRESS);
    assertThatThrownBy(device::synchronize)
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("CUDA_ERROR_700");
  }

  @Test
  void equalKernelsAreLoadedOnceAndRunInTheirShape() {
    try (DeviceMemory memory = device.allocate(4000)) {
      List<Place> places = List.of(memory.start(), memory.at(400));
      device.launch(copy(100), places);
      device.launch(copy(100), places);
      device.launch(copy(600), places);
      device.synchronize();
      assertThat(driver.modules).hasSize(2);
      assertThat(driver.launches).hasSize(3);
      assertThat(driver.launches.get(0)).startsWith("1 blocks of 256 at [");
      assertThat(driver.launches.get(2)).startsWith("3 blocks of 256 at [");
      assertThat(driver.deviceMemory.keySet())
          .anySatisfy(
              start ->
                  assertThat(driver.launches.get(0))
                      .endsWith("[%d, %d]".formatted(start, start + 400)));
    }
  }

  @Test
  void aKernelOfNoPointsIsNotRun() {
    try (DeviceMemory memory = device.allocate(4)) {
      device.launch(copy(0), List.of(memory.start(), memory.start()));
      device.synchronize();
      assertThat(driver.launches).isEmpty();
    }
  }

  @Test
  void aKernelThatCannotBeRunIsNamed() {
    driver.failures.put("cuLaunchKernel", 1);
    try (DeviceMemory memory = device.allocate(40)) {
      assertThatThrownBy(() -> device.launch(copy(3), List.of(memory.start(), memory.start())))
          .isInstanceOf(DeviceException.class)
          .hasMessage("CUDA could not run kernel copy: what 1 means (CUDA_ERROR_1).");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> device.launch(copy(3), List.of(memory.start())))
          .withMessage("Kernel copy has 2 parameters, but was given 1 places.");
    }
  }

  @Test
  void equalAttentionsAreLoadedOnceAndRunInTheirShape() {
    try (DeviceMemory memory = device.allocate(4000)) {
      List<Place> places = Collections.nCopies(4, memory.start());
      device.attend(attention(70), places);
      device.attend(attention(70), places);
      device.attend(attention(16), places);
      device.attend(attention(0), places);
      device.synchronize();
      assertThat(driver.modules).hasSize(3);
      assertThat(driver.launches).hasSize(3);
      assertThat(driver.launches.get(1)).startsWith("6 blocks of 128 at [");
      assertThat(driver.launches.get(2)).startsWith("3 blocks of 32 at [");
    }
  }

  @Test
  void anAttentionThatCannotBeRunIsNamed() {
    driver.failures.put("cuLaunchKernel", 1);
    try (DeviceMemory memory = device.allocate(40)) {
      assertThatThrownBy(() -> device.attend(attention(3), Collections.nCopies(4, memory.start())))
          .isInstanceOf(DeviceException.class)
          .hasMessage(
              "CUDA could not run pass OUTPUT of an attention: what 1 means (CUDA_ERROR_1).");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> device.attend(attention(3), List.of(memory.start())))
          .withMessage("Pass OUTPUT of an attention works on 4 arrays, but was given 1 places.");
    }
  }

  @Test
  void aDeviceIsNotUsedAfterItWasClosed() {
    device.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> device.allocate(1))
        .withMessage("The CUDA device is used after it was closed.");
  }

  @Test
  void eigenvectorsAreAskedForAndTheMemoryForThemGivenBack() {
    try (DeviceMemory memory = device.allocate(4 * 20)) {
      long free = device.freeBytes();
      device.decompose(4, memory.start(), memory.at(64));
      assertThat(cusolver.asked).isEqualTo("vectors 1, size 4, leading dimension 4, work 32");
      assertThat(cusolver.stream).isPositive();
      assertThat(device.freeBytes()).isEqualTo(free);
    }
  }

  @Test
  void aMatrixWithoutEigenvectorsIsNotPassedOver() {
    cusolver.information = 3;
    try (DeviceMemory memory = device.allocate(4 * 20)) {
      assertThatThrownBy(() -> device.decompose(4, memory.start(), memory.at(64)))
          .isInstanceOf(DeviceException.class)
          .hasMessage(
              "cuSOLVER found no eigenvectors of a symmetric matrix of size 4 (info 3): does it hold numbers that are not finite?");
    }
  }

  @Test
  void aSolverThatCannotStartSaysSo() {
    cusolver.status = 1;
    try (DeviceMemory memory = device.allocate(4 * 20)) {
      assertThatThrownBy(() -> device.decompose(4, memory.start(), memory.at(64)))
          .hasMessage("cuSOLVER could not be started: status 1.");
    }
    cusolver.open = false;
  }

  /** Scores that are the products. */
  static Attention attention(long rows) {
    KernelBuilder score = new KernelBuilder("score", List.of(3L, rows, 5L), List.of());
    int product = score.load(score.parameter(NumberType.FLOAT32, false), score.element());
    score.store(score.parameter(NumberType.FLOAT32, true), score.element(), product);
    return Attention.builder()
        .pass(Attention.Pass.OUTPUT)
        .batches(3)
        .rows(rows)
        .columns(5)
        .depth(2)
        .valueDepth(2)
        .operands(NumberType.FLOAT32)
        .transposed(Set.of())
        .score(score.build())
        .build();
  }

  private static Kernel copy(long length) {
    KernelBuilder kernel = new KernelBuilder("copy", List.of(length), List.of());
    int from = kernel.parameter(NumberType.FLOAT32, false);
    int to = kernel.parameter(NumberType.FLOAT32, true);
    kernel.store(to, kernel.element(), kernel.load(from, kernel.element()));
    return kernel.build();
  }

  private float[] floats(Place place, int count) {
    try (FloatPointer host = new FloatPointer(count)) {
      device.download(place, host, 4L * count).await();
      float[] numbers = new float[count];
      host.get(numbers);
      return numbers;
    }
  }
}
