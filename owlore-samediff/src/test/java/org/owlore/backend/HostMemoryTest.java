package org.owlore.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.concurrency.BasicAffinityManager;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class HostMemoryTest {
  private final INDArray array = Nd4j.createFromArray(1f, 2f, 3f);

  @Test
  void holdsTheNumbersOfTheArray() {
    FloatPointer memory = new FloatPointer(HostMemory.toRead(array));

    assertThat(memory.get(2)).isEqualTo(3);
  }

  @Test
  void whatIsWrittenThereIsWhatTheArrayHolds() {
    new FloatPointer(HostMemory.toChange(array)).put(1, 7);

    assertThat(array.addi(1)).isEqualTo(Nd4j.createFromArray(2f, 8f, 4f));
  }

  @Test
  void ofAViewItBeginsAtTheViewsFirstNumber() {
    INDArray view = Nd4j.createFromArray(new float[][] {{1, 2}, {3, 4}}).getRow(1);

    assertThat(new FloatPointer(HostMemory.toRead(view)).get(0)).isEqualTo(3);
  }

  /** On CUDA the numbers may be newer on the device. */
  @Test
  void isBroughtUpToDateBeforeItIsRead() {
    RecordingAffinity affinity = new RecordingAffinity();

    HostMemory.toRead(array, affinity);

    assertThat(affinity.calls).containsExactly("ensure HOST");
  }

  /** On CUDA operations would otherwise go on with what the device holds. */
  @Test
  void isMarkedAsTheNewestCopyWhereItWillBeChanged() {
    RecordingAffinity affinity = new RecordingAffinity();

    HostMemory.toChange(array, affinity);

    assertThat(affinity.calls).containsExactly("ensure HOST", "tag HOST");
  }

  private static final class RecordingAffinity extends BasicAffinityManager {
    private final List<String> calls = new ArrayList<>();

    @Override
    public void ensureLocation(INDArray array, Location location) {
      calls.add("ensure " + location);
    }

    @Override
    public void tagLocation(INDArray array, Location location) {
      calls.add("tag " + location);
    }

    @Override
    public void touch(DataBuffer buffer) {
      throw new AssertionError();
    }

    @Override
    public void touch(INDArray array) {
      throw new AssertionError();
    }
  }
}
