package org.owlore.cuda.galore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.cuda.device.DeviceMemory;
import org.owlore.cuda.kernel.NumberType;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.galore.MomentsAtRefresh;
import org.owlore.galore.Projection;
import org.owlore.galore.SubspaceFinder;

/** What memory is held, and what crosses between host and device. */
class DeviceOptimizerMemoryTest {
  private static final GaLoreUpdater SETTINGS =
      GaLoreUpdater.builder()
          .rank(4)
          .refreshInterval(3)
          .subspaceFinder(SubspaceFinder.randomized(1))
          .momentsAtRefresh(MomentsAtRefresh.REPROJECT)
          .build();

  private static Twins variables(GaLoreUpdater updater) {
    return new Twins(updater, 0, "a", "b")
        .with("a", true, DataType.FLOAT, 60, 80)
        .with("b", true, DataType.FLOAT, 40, 16)
        .with("c", true, DataType.FLOAT, 12);
  }

  @ParameterizedTest
  @EnumSource(Projection.class)
  void stateTakesWhatTheUpdaterSays(Projection projection) {
    GaLoreUpdater updater = SETTINGS.toBuilder().projection(projection).build();
    Twins twins = variables(updater);
    assertThat(twins.optimizer.bytes()).isZero();
    twins.step("a", "b", "c");
    long numbers =
        updater.stateNumbers(60, 80) + updater.stateNumbers(40, 16) + updater.stateNumbers(12);
    assertThat(twins.optimizer.bytes()).isEqualTo(4 * numbers);
  }

  @Test
  void allMemoryIsAccountedForAndReleased() {
    Twins twins = variables(SETTINGS);
    long weights = twins.device.getLiveBytes() - twins.optimizer.workBytes();
    twins.step("a", "b", "c");
    assertThat(twins.device.getLiveBytes())
        .isEqualTo(weights + twins.optimizer.bytes() + twins.optimizer.workBytes());
    twins.optimizer.offloadAllBut(Set.of("a"));
    twins.optimizer.close();
    assertThat(twins.device.getLiveBytes()).isEqualTo(weights);
    assertThat(twins.device.getPinnedBytes()).isZero();
  }

  @Test
  void anUpdateAllocatesTransfersAndAwaitsNothing() {
    Twins twins = variables(SETTINGS);
    try (DeviceMemory gradient = twins.device.holding(twins.gradient(60, 80));
        DeviceMemory weight = twins.device.holding(twins.gradient(60, 80))) {
      for (int i = 0; i < 5; i++) {
        twins.begin(List.of("a"));
        int allocations = twins.device.getAllocations();
        int uploads = twins.device.getUploads();
        twins.optimizer.update("a", weight.start(), NumberType.FLOAT32, gradient.start());
        assertThat(twins.device.getAllocations()).isEqualTo(allocations);
        assertThat(twins.device.getUploads()).isEqualTo(uploads);
      }
    }
    assertThat(twins.device.getDownloads()).isZero();
    assertThat(twins.device.getSynchronizations()).isZero();
  }

  @Test
  void aStepThatTrainsWhatHasTrainedIsOneTransferAndNoAllocation() {
    Twins twins = variables(SETTINGS);
    twins.begin(List.of("a", "b", "c"));
    int allocations = twins.device.getAllocations();
    int uploads = twins.device.getUploads();
    twins.begin(List.of("a", "b", "c"));
    assertThat(twins.device.getUploads()).isEqualTo(uploads + 1);
    assertThat(twins.device.getAllocations()).isEqualTo(allocations);
  }

  @Test
  void stepsWithoutARefreshAreTheSameLaunchesOnTheSameMemory() {
    Twins twins = variables(SETTINGS);
    List<List<String>> requests = new ArrayList<>();
    try (DeviceMemory gradient = twins.device.holding(twins.gradient(60, 80));
        DeviceMemory weight = twins.device.holding(twins.gradient(60, 80))) {
      for (int i = 0; i < 6; i++) {
        twins.begin(List.of("a", "b"));
        twins.device.takeRequests();
        twins.optimizer.update("b", weight.start(), NumberType.BFLOAT16, gradient.start());
        twins.optimizer.update("a", weight.start(), NumberType.FLOAT32, gradient.start());
        requests.add(twins.device.takeRequests());
      }
    }
    assertThat(requests.get(2)).isEqualTo(requests.get(1)).hasSize(10);
    assertThat(requests.get(4)).isEqualTo(requests.get(1));
    assertThat(requests.get(5)).isEqualTo(requests.get(1));
  }

  @Test
  void onlyTheProductsThatFindASubspaceInsistOnAllBits() {
    Twins twins = variables(SETTINGS);
    List<Long> insisting = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      twins.begin(List.of("a"));
      twins.device.takeRequests();
      twins.updateOnDevice("a", twins.gradient(60, 80));
      List<String> products =
          twins.device.takeRequests().stream().filter(line -> line.startsWith("multiply")).toList();
      assertThat(products).filteredOn(line -> line.contains("allBits=false")).hasSize(2);
      insisting.add(products.size() - 2L);
    }
    assertThat(insisting.get(0)).isGreaterThan(10);
    assertThat(insisting.get(1)).isZero();
  }

  @Test
  void offloadedStateComesBackToTheBit() {
    Twins twins = variables(SETTINGS);
    Twins others = variables(SETTINGS);
    for (int i = 0; i < 5; i++) {
      twins.step("a", "b", "c");
      others.step("a", "b", "c");
      twins.optimizer.offloadAllBut(Set.of("c"));
    }
    for (String name : List.of("a", "b", "c")) {
      assertThat(twins.weight(name)).isEqualTo(others.weight(name));
    }
  }

  @Test
  void offloadedStateTakesNoMemoryOfTheDevice() {
    Twins twins = variables(SETTINGS);
    twins.step("a", "b", "c");
    long bytes = twins.optimizer.bytes();
    twins.optimizer.offloadAllBut(Set.of("c"));
    assertThat(twins.optimizer.bytes()).isEqualTo(4 * SETTINGS.stateNumbers(12));
    assertThat(twins.optimizer.offloadedBytes()).isEqualTo(bytes - twins.optimizer.bytes());
    assertThat(twins.device.getPinnedBytes())
        .isGreaterThanOrEqualTo(twins.optimizer.offloadedBytes());
  }

  @Test
  void droppedStateStartsAgain() {
    Twins twins = variables(SETTINGS);
    INDArray gradient = twins.gradient(60, 80);
    twins.begin(List.of("a"));
    INDArray start = twins.weight("a");
    twins.updateOnDevice("a", gradient);
    INDArray firstChange = twins.weight("a").sub(start);
    twins.optimizer.dropAllBut(Set.of("b"));
    assertThat(twins.optimizer.bytes()).isZero();
    twins.begin(List.of("a"));
    INDArray second = twins.weight("a");
    twins.updateOnDevice("a", gradient);
    double difference = twins.weight("a").sub(second).distance2(firstChange);
    assertThat(difference / firstChange.norm2Number().doubleValue()).isLessThan(1e-3);
  }
}
