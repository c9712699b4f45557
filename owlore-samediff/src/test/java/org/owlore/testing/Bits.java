package org.owlore.testing;

import java.util.stream.DoubleStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Arrays as raw bits, for what must not differ at all. */
public final class Bits {

  private Bits() {}

  /** The bits of each number, in 'c' order; numbers of any type are widened without loss. */
  public static long[] of(INDArray array) {
    double[] numbers = array.dup('c').data().asDouble();
    return DoubleStream.of(numbers).mapToLong(Double::doubleToRawLongBits).toArray();
  }
}
