package org.owlore.cuda.galore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.owlore.cuda.device.DeviceMemory;
import org.owlore.cuda.testing.InterpretedDevice;

class SubspaceKernelsTest {
  private final InterpretedDevice device = new InterpretedDevice();
  private final SubspaceKernels kernels = new SubspaceKernels(new Kernels());

  @Test
  void findsTheLargestMagnitudeOfEachRow() {
    DeviceMemory matrix = device.floats(1, -3, 0, 0, 2, Float.NaN, Float.NEGATIVE_INFINITY, 1);
    DeviceMemory rows = device.allocate(16);
    device.launch(kernels.magnitudes(4, 2), List.of(matrix.start(), rows.start()));
    assertThat(device.floats(rows.start(), 4))
        .containsExactly(3, 0, Float.POSITIVE_INFINITY, Float.POSITIVE_INFINITY);
  }

  @ParameterizedTest
  @ValueSource(floats = {1, 1.5f, 2, 3e-30f, 1e-37f, 7e20f, 3e38f})
  void scalesToAboutOneAndExactlyBack(float largest) {
    DeviceMemory numbers = device.floats(largest, -largest / 4, 0);
    DeviceMemory magnitude = device.floats(largest);
    device.launch(kernels.scale(3), List.of(numbers.start(), magnitude.start()));
    assertThat(device.floats(numbers.start(), 1)[0]).isBetween(0.5f, 4f);
    device.launch(kernels.unscale(3), List.of(numbers.start(), magnitude.start()));
    assertThat(device.floats(numbers.start(), 3)).containsExactly(largest, -largest / 4, 0);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void makesZerosOfWhatIsNotFinite(float bad) {
    DeviceMemory numbers = device.floats(bad, 1);
    DeviceMemory magnitude = device.floats(Float.POSITIVE_INFINITY);
    device.launch(kernels.scale(2), List.of(numbers.start(), magnitude.start()));
    assertThat(device.floats(numbers.start(), 2)).containsExactly(0, 0);
  }

  @Test
  void leavesZerosAlone() {
    DeviceMemory numbers = device.floats(0, 0);
    DeviceMemory magnitude = device.floats(0);
    device.launch(kernels.scale(2), List.of(numbers.start(), magnitude.start()));
    device.launch(kernels.unscale(2), List.of(numbers.start(), magnitude.start()));
    assertThat(device.floats(numbers.start(), 2)).containsExactly(0, 0);
  }

  @Test
  void makesUnitRowsOfAllButNegligibleOnes() {
    DeviceMemory matrix = device.floats(30, 40, 0, 0.003f, 1e-5f, 1e-5f, 0, 0);
    DeviceMemory eigenvalues = device.floats(-2500, -1);
    device.launch(kernels.normalize(4, 2), List.of(matrix.start(), eigenvalues.start()));
    assertThat(device.floats(matrix.start(), 8)).containsExactly(0.6f, 0.8f, 0, 1, 0, 0, 0, 0);
  }

  @Test
  void turnsRowsThatPointAway() {
    DeviceMemory matrix = device.floats(1, 2, 3, -4);
    DeviceMemory former = device.floats(-1, 0, 1, 0);
    device.launch(kernels.align(2, 2), List.of(matrix.start(), former.start()));
    assertThat(device.floats(matrix.start(), 4)).containsExactly(-1, -2, 3, -4);
  }
}
