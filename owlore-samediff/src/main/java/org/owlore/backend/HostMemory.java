package org.owlore.backend;

import lombok.NonNull;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.concurrency.AffinityManager;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The numbers of an array in the host's memory, for code that goes there itself. With the CPU's
 * backend that is the array. With CUDA's it is a copy, which ND4J makes when it is first asked for
 * and which is behind as soon as an operation has written to the device.
 */
public final class HostMemory {
  private HostMemory() {}

  /**
   * The numbers as they are now, to be read before the next operation writes to the array.
   *
   * @param array contiguous; kept alive by the caller
   * @return its first number
   */
  public static Pointer toRead(@NonNull INDArray array) {
    return toRead(array, Nd4j.getAffinityManager());
  }

  /**
   * The numbers as they are now, to be changed before the next operation touches the array, which
   * then holds what was written here.
   *
   * @param array contiguous; kept alive by the caller
   * @return its first number
   */
  public static Pointer toChange(@NonNull INDArray array) {
    return toChange(array, Nd4j.getAffinityManager());
  }

  static Pointer toRead(INDArray array, AffinityManager affinity) {
    affinity.ensureLocation(array, Location.HOST);
    return array.data().addressPointer();
  }

  static Pointer toChange(INDArray array, AffinityManager affinity) {
    Pointer memory = toRead(array, affinity);
    affinity.tagLocation(array, Location.HOST);
    return memory;
  }
}
