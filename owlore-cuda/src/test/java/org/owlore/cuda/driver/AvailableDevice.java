package org.owlore.cuda.driver;

import static org.junit.jupiter.api.Assumptions.abort;

import org.owlore.cuda.device.DeviceException;

/** A CUDA device where there is one. */
public final class AvailableDevice {
  private AvailableDevice() {}

  /** The first device; the test is skipped, with the reason, where there is none. */
  public static CudaDevice orSkip() {
    try {
      return CudaDevices.open(0);
    } catch (DeviceException e) {
      return abort(e.getMessage());
    }
  }
}
