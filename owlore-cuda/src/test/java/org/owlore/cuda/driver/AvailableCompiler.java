package org.owlore.cuda.driver;

import static org.junit.jupiter.api.Assumptions.abort;

import org.owlore.cuda.device.DeviceException;

/** NVRTC where it is. */
public final class AvailableCompiler {
  private AvailableCompiler() {}

  /** The compiler; the test is skipped, with the reason, where there is none. */
  public static KernelCompiler orSkip() {
    try {
      return KernelCompiler.find();
    } catch (DeviceException e) {
      return abort(e.getMessage());
    }
  }
}
