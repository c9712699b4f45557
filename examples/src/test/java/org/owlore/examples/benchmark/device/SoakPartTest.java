package org.owlore.examples.benchmark.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.owlore.examples.benchmark.BenchmarkModel;
import org.owlore.examples.benchmark.Workload;
import org.owlore.finetune.Devices;
import org.owlore.finetune.MemoryReport;
import org.owlore.finetune.TrainingDevice;
import org.owlore.finetune.TrainingException;
import org.owlore.precision.StorageType;

/** On devices that are the host but for one thing. */
class SoakPartTest {
  private static final TrainingDevice.Factory HOST =
      Devices.of(List.of()).factory(Devices.HOST, null);
  private static final int TOO_LARGE = 7;

  private static List<Finding> findings(TrainingDevice.Factory device, int steps, int tooLarge) {
    BenchmarkModel tiny = BenchmarkModel.TINY;
    Workload workload = new Workload(tiny, tiny.batch(), tiny.length(), 8, 1);
    List<Finding> found = new ArrayList<>();
    new SoakPart(
            MeasuredDevice.plain(device),
            workload,
            StorageType.FLOAT32,
            steps,
            tooLarge,
            new UsedMemory(Devices.HOST))
        .run(found::add);
    return found;
  }

  private static Finding only(List<Finding> found, String what) {
    return found.stream()
        .filter(finding -> finding.what().contains(what))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void memoryIsARowOfItsOwnForEachLook() {
    List<Finding> found = findings(HOST, 110, 0);

    assertThat(found)
        .extracting(Finding::what)
        .containsExactly(
            "step 5: memory held",
            "step 50: memory held",
            "step 100: memory held",
            "step 110: memory held",
            "step 110 / step 5: memory held");
    assertThat(found.get(0).remark()).isEmpty();
    assertThat(found.get(2).remark()).isEqualTo("1.000 times step 5");
    assertThat(found).allMatch(Finding::holds);
  }

  @Test
  void memoryThatGrowsFails() {
    TrainingDevice.Factory leaking =
        (model, configuration, projected) ->
            new OddDevice(HOST.open(model, configuration, projected)) {
              private long more;

              @Override
              public MemoryReport memory() {
                more += 1000;
                return new MemoryReport(more, 0, 0);
              }
            };

    List<Finding> found = findings(leaking, 10, 0);

    assertThat(only(found, "step 10: memory held").remark()).isEqualTo("2.000 times step 5");
    assertThat(only(found, "step 10 / step 5: memory held").holds()).isFalse();
  }

  @Test
  void aBatchThatDoesNotFitIsAYesWithTheDevicesWords() {
    List<Finding> found =
        findings(refusing("The device's memory is too small for step 0."), 6, TOO_LARGE);

    Finding refusal = only(found, "batch of 7 rows is refused, for lack of memory");
    assertThat(refusal.holds()).isTrue();
    assertThat(refusal.remark()).isEqualTo("The device's memory is too small for step 0.");
    assertThat(only(found, "loss of a step after that").holds()).isTrue();
  }

  @Test
  void aBatchThatFailsForAnotherReasonIsANo() {
    List<Finding> found = findings(refusing("There are too many labels."), 6, TOO_LARGE);

    Finding refusal = only(found, "batch of 7 rows is refused");
    assertThat(refusal.holds()).isFalse();
    assertThat(refusal.remark()).isEqualTo("There are too many labels.");
  }

  private static TrainingDevice.Factory refusing(String sentence) {
    return (model, configuration, projected) ->
        new OddDevice(HOST.open(model, configuration, projected)) {
          @Override
          public Outcome step(Step step) {
            if (step.placeholders().values().stream().anyMatch(it -> it.size(0) == TOO_LARGE)) {
              throw new TrainingException(sentence);
            }
            return super.step(step);
          }
        };
  }
}
