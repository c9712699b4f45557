package org.owlore.cuda.device;

import lombok.NonNull;

/**
 * What a device is.
 *
 * @param name as its maker calls it
 * @param major first part of the compute capability, e.g. 9 of 9.0
 * @param minor second part of the compute capability
 * @param multiprocessors how many
 * @param bytes of memory
 * @param driver version of CUDA that the driver serves, e.g. 13.0
 */
public record DeviceDescription(
    @NonNull String name,
    int major,
    int minor,
    int multiprocessors,
    long bytes,
    @NonNull String driver) {

  /** The compute capability, e.g. 9.0. */
  public String capability() {
    return major + "." + minor;
  }

  /** The architecture as compilers call it, e.g. sm_90. */
  public String architecture() {
    return "sm_" + major + minor;
  }
}
