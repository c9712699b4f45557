package org.owlore.cuda.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.jna.Memory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.owlore.cuda.kernel.Kernel;
import org.owlore.cuda.kernel.NumberType;
import org.owlore.cuda.kernel.Reduction;
import org.owlore.cuda.source.HostKernels.Turns;

class HostRunTest {

  @ParameterizedTest
  @EnumSource
  void aRowIsReplacedByItsSoftmaxInPlace(Turns turns) {
    int columns = 1000;
    Kernel kernel = SampleKernels.softmax(3, columns, NumberType.FLOAT32);
    try (HostKernels host = HostKernels.of(List.of(kernel));
        Memory memory = new Memory(3L * columns * Float.BYTES)) {
      float[] numbers = new float[3 * columns];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = (float) Math.sin(i * 0.37) * 5;
      }
      memory.write(0, numbers, 0, numbers.length);
      host.run(kernel, turns, List.of(memory));
      float[] result = memory.getFloatArray(0, numbers.length);
      for (int row = 0; row < 3; row++) {
        double sum = 0;
        for (int column = 0; column < columns; column++) {
          sum += Math.exp(numbers[row * columns + column]);
        }
        for (int column = 0; column < columns; column++) {
          int i = row * columns + column;
          assertThat((double) result[i]).isCloseTo(Math.exp(numbers[i]) / sum, within(1e-7));
        }
      }
    }
  }

  @Test
  void theFirstOfTheLargestIsFound() {
    Kernel kernel = SampleKernels.reduce(Reduction.INDEX_OF_MAXIMUM, 2, 300);
    try (HostKernels host = HostKernels.of(List.of(kernel));
        Memory rows = new Memory(600L * Float.BYTES);
        Memory found = new Memory(2L * Float.BYTES)) {
      rows.clear();
      for (int column : new int[] {270, 41, 73}) {
        rows.setFloat((long) column * Float.BYTES, 3);
      }
      host.run(kernel, Turns.BACKWARDS, List.of(rows, found));
      assertThat(found.getFloatArray(0, 2)).containsExactly(41, 0);
    }
  }
}
