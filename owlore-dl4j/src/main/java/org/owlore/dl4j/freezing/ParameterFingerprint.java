package org.owlore.dl4j.freezing;

import java.util.Set;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.owlore.dl4j.network.NetworkLayer;

/** A number that tells whether parameters are what they were, to the last bit. */
final class ParameterFingerprint {
  private static final long PIECE = 1 << 18;
  private static final long ODD = 0x9E3779B97F4A7C15L;

  private ParameterFingerprint() {}

  /**
   * Reads the parameters of some layers.
   *
   * @param flat all parameters of the network
   */
  static long of(INDArray flat, Set<NetworkLayer> layers) {
    long hash = 1;
    try (MemoryWorkspace none = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      INDArray row = flat.reshape(flat.length());
      for (NetworkLayer layer : layers) {
        for (long from = layer.from(); from < layer.until(); from += PIECE) {
          long until = Math.min(layer.until(), from + PIECE);
          double[] piece = row.get(NDArrayIndex.interval(from, until)).toDoubleVector();
          for (double value : piece) {
            hash = mix(hash ^ Double.doubleToRawLongBits(value));
          }
        }
      }
    }
    return hash;
  }

  /**
   * Spreads every bit over the number, one to one. A sum of powers would not see all weights
   * doubled or negated: the changes of high bits cancel out.
   */
  private static long mix(long bits) {
    long product = bits * ODD;
    return product ^ (product >>> 32);
  }
}
