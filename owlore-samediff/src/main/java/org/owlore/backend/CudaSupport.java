package org.owlore.backend;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Whether the CUDA backend of ND4J 1.0.0-M2.1 (nd4j-cuda-11.6) runs on a GPU. Its library holds
 * machine code for nine compute capabilities and no PTX that a driver could translate for others;
 * by CUDA's rule of binary compatibility, code for X.y runs on X.z where z is at least y.
 */
public enum CudaSupport {
  /** There is machine code for just this capability. */
  BUILT_FOR,
  /** Machine code for an older GPU of the same generation runs. */
  COMPATIBLE,
  /** Older than all machine code. */
  TOO_OLD,
  /** Of a generation without machine code, newer than all that have some. */
  TOO_NEW;

  /** A GPU's generation and what was added within it. */
  record Capability(int major, int minor) implements Comparable<Capability> {
    @Override
    public int compareTo(Capability other) {
      return Comparator.comparingInt(Capability::major)
          .thenComparingInt(Capability::minor)
          .compare(this, other);
    }

    /** Whether machine code for the other capability runs on this one. */
    boolean runs(Capability code) {
      return major == code.major && minor >= code.minor;
    }

    @Override
    public String toString() {
      return major + "." + minor;
    }
  }

  /** As the headers of the code in libnd4jcuda.so say, oldest first. */
  static final List<Capability> MACHINE_CODE =
      List.of(
          new Capability(3, 7),
          new Capability(5, 0),
          new Capability(5, 2),
          new Capability(6, 0),
          new Capability(6, 1),
          new Capability(7, 0),
          new Capability(7, 5),
          new Capability(8, 0),
          new Capability(8, 6));

  /** The judgement on a compute capability. */
  static CudaSupport of(Capability device) {
    return machineCodeFor(device)
        .map(code -> code.equals(device) ? BUILT_FOR : COMPATIBLE)
        .orElseGet(() -> device.compareTo(newestMachineCode()) > 0 ? TOO_NEW : TOO_OLD);
  }

  /** The machine code that a device runs: the newest that it can. */
  static Optional<Capability> machineCodeFor(Capability device) {
    return MACHINE_CODE.stream().filter(device::runs).reduce((older, newer) -> newer);
  }

  /** Where the machine code ends. */
  static Capability newestMachineCode() {
    return MACHINE_CODE.get(MACHINE_CODE.size() - 1);
  }

  /** Whether the backend runs there. */
  public boolean runs() {
    return this == BUILT_FOR || this == COMPATIBLE;
  }
}
