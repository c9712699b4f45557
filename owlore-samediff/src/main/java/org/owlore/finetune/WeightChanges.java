package org.owlore.finetune;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;
import lombok.RequiredArgsConstructor;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.backend.HostMemory;

/**
 * Knows which weights a run changed, without a copy of any: a checksum is taken when a weight is
 * about to be updated for the first time, and compared in the end.
 */
@RequiredArgsConstructor
final class WeightChanges {
  private static final int CHUNK = 1 << 30;

  private final SameDiff graph;
  private final Map<String, Long> before = new LinkedHashMap<>();

  /** To be called before each update. */
  void aboutToUpdate(String variable) {
    before.computeIfAbsent(variable, this::checksum);
  }

  /** The weights that differ from what they were before their first update. */
  Set<String> changed() {
    Set<String> changed = new LinkedHashSet<>();
    before.forEach(
        (variable, checksum) -> {
          if (checksum(variable) != checksum) {
            changed.add(variable);
          }
        });
    return changed;
  }

  private long checksum(String variable) {
    INDArray array = graph.getArrForVarName(variable);
    long bytes = array.length() * array.dataType().width();
    CRC32C sum = new CRC32C();
    Pointer memory = HostMemory.toRead(array);
    for (long start = 0; start < bytes; start += CHUNK) {
      long size = Math.min(CHUNK, bytes - start);
      BytePointer window = new BytePointer(memory).position(start);
      ByteBuffer buffer = window.limit(start + size).asByteBuffer();
      sum.update(buffer);
    }
    return sum.getValue();
  }
}
