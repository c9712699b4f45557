package org.owlore.cuda.driver;

import com.sun.jna.ptr.LongByReference;
import lombok.Getter;
import lombok.NonNull;
import lombok.experimental.Accessors;
import org.owlore.cuda.device.DeviceException;

/** cuBLASLt, started on the current device, with its failures as sentences. */
@Getter
@Accessors(fluent = true)
final class Cublas implements AutoCloseable {
  private static final int NOT_INITIALIZED = 1;

  /** Its functions. */
  private final CublasLtApi api;

  /** What its functions know this device by. */
  private final long handle;

  /**
   * Starts it.
   *
   * @throws DeviceException when the driver is too old for it, say
   */
  Cublas(@NonNull CublasLtApi api) {
    this.api = api;
    LongByReference created = new LongByReference();
    int status = api.cublasLtCreate(created);
    if (status == NOT_INITIALIZED) {
      throw new DeviceException(
          "cuBLASLt cannot be started: the NVIDIA driver is too old for it, or the device has no memory left.");
    }
    check(status, "be started");
    handle = created.getValue();
  }

  /**
   * Goes on if all is well.
   *
   * @param status what a function returned
   * @param task what it was to do, after "could not"
   * @throws DeviceException if it is not
   */
  void check(int status, String task) {
    if (status != 0) {
      throw new DeviceException(
          "cuBLASLt could not %s: %s.".formatted(task, api.cublasLtGetStatusString(status)));
    }
  }

  @Override
  public void close() {
    api.cublasLtDestroy(handle);
  }
}
