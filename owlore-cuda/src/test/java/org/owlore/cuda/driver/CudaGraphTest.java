package org.owlore.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.owlore.cuda.device.Device;
import org.owlore.cuda.device.DeviceException;
import org.owlore.cuda.device.DeviceMemory;

class CudaGraphTest {
  private static final String REST =
      " while it records: record kernels, products, copies within the device and clearing only.";
  private final FakeDriver driver = new FakeDriver();
  private CudaDevice device;
  private DeviceMemory memory;

  @BeforeEach
  void open() {
    Driver started = new Driver(driver);
    device =
        new CudaDevice(
            CudaDevices.suitable(started, 0),
            new CudaQueue(started, 0),
            source -> new byte[0],
            queue -> new MatrixProducts(queue, new FakeCublasLt(), ProductPrecision.FLOAT32),
            queue -> new EigenSolver(queue, new FakeCusolver()));
    memory = device.allocate(8);
    upload(1, 2);
  }

  @AfterEach
  void nothingIsLeftOpen() {
    memory.close();
    device.close();
    assertThat(driver.graphs).isEmpty();
  }

  @Test
  void whatIsRecordedIsDoneEachTimeItIsRunAndNotBefore() {
    try (Device.Recording recording =
        device.record(() -> device.copy(memory.start(), memory.at(4), 4))) {
      assertThat(floats()).containsExactly(1, 2);
      recording.run();
      assertThat(floats()).containsExactly(1, 1);
      upload(5, 6);
      recording.run();
      assertThat(floats()).containsExactly(5, 5);
    }
  }

  @Test
  void whatNeedsTheHostIsNotRecorded() {
    try (FloatPointer host = new FloatPointer(2)) {
      assertRefused(
          () -> device.upload(host, memory.start(), 8), "A device cannot copy from or to the host");
      assertRefused(
          () -> device.download(memory.start(), host, 8),
          "A device cannot copy from or to the host");
      assertRefused(device::synchronize, "A device cannot finish its work");
      assertRefused(
          () -> device.decompose(1, memory.start(), memory.at(4)),
          "A device cannot find eigenvectors");
    }
    assertThat(floats()).containsExactly(1, 2);
  }

  private void assertRefused(Runnable work, String message) {
    assertThatIllegalStateException()
        .isThrownBy(() -> device.record(work))
        .withMessage(message + REST);
  }

  @Test
  void aRecordingThatFailsSaysSo() {
    driver.failures.put("cuStreamEndCapture", 901);
    assertThatThrownBy(() -> device.record(() -> device.clear(memory.start(), 4)))
        .isInstanceOf(DeviceException.class)
        .hasMessage("CUDA could not record: what 901 means (CUDA_ERROR_901).");
    driver.graphs.clear();
  }

  @Test
  void aClosedRecordingIsNotRun() {
    Device.Recording recording = device.record(() -> device.clear(memory.start(), 4));
    recording.close();
    recording.close();
    assertThatIllegalStateException()
        .isThrownBy(recording::run)
        .withMessage("A recording is run after it was closed.");
  }

  private void upload(float... numbers) {
    try (FloatPointer host = new FloatPointer(numbers)) {
      device.upload(host, memory.start(), 8);
    }
  }

  private float[] floats() {
    float[] numbers = new float[2];
    try (FloatPointer host = new FloatPointer(2)) {
      device.download(memory.start(), host, 8).await();
      host.get(numbers);
    }
    return numbers;
  }
}
