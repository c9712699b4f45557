package org.owlore.examples.benchmark.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.owlore.examples.benchmark.BenchmarkModel;
import org.owlore.examples.benchmark.Rounds;
import org.owlore.examples.benchmark.Workload;
import org.owlore.finetune.Devices;
import org.owlore.finetune.TrainingDevice;
import org.owlore.finetune.TrainingException;
import org.owlore.precision.StorageType;

/** On the host, which is the same in every form; how long anything takes is not looked at. */
class FormSpeedTest {
  private static final TrainingDevice.Factory HOST =
      Devices.of(List.of()).factory(Devices.HOST, null);
  private static final TrainingDevice.Factory BROKEN =
      (model, configuration, projected) -> {
        throw new TrainingException("The device's memory is too small.");
      };
  private static final Workload WORKLOAD = usual(BenchmarkModel.TINY);

  private static Workload usual(BenchmarkModel model) {
    return new Workload(model, model.batch(), model.length(), 8, 1);
  }

  private static List<Finding> findings(Form broken) {
    Map<Form, TrainingDevice.Factory> forms = new EnumMap<>(Form.class);
    for (Form form : Form.values()) {
      forms.put(form, form == broken ? BROKEN : HOST);
    }
    List<Finding> found = new ArrayList<>();
    new FormSpeed(new MeasuredDevice(HOST, forms), new Rounds(1, 2, 3, 0))
        .measure(WORKLOAD.build(StorageType.FLOAT32), WORKLOAD, found::add);
    return found;
  }

  @Test
  void allFormsAreTimedAndComparedInPairs() {
    assertThat(findings(null))
        .allMatch(Finding::holds)
        .extracting(finding -> finding.what().replace("tiny 2 x 16, forms of owlore: ", ""))
        .containsExactly(
            "step, fused",
            "step, products",
            "step, as set",
            "step, fused + graphs",
            "step, products + graphs",
            "fused / products",
            "fused + graphs / products + graphs",
            "fused + graphs / fused",
            "products + graphs / products");
  }

  @Test
  void aRatioIsThatOfTheTimesThatAreShown() {
    Map<String, Double> values = new HashMap<>();
    findings(null)
        .forEach(
            finding -> values.put(finding.what().replaceFirst(".*owlore: ", ""), finding.value()));

    assertThat(values.get("fused / products"))
        .isEqualTo(values.get("step, fused") / values.get("step, products"));
  }

  @Test
  void formsThatFailAreSaidToAndTheOthersGoOn() {
    List<Finding> found = findings(Form.PRODUCTS_GRAPHS);

    assertThat(found)
        .filteredOn(finding -> !finding.holds())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.what()).endsWith("fused + graphs, products + graphs run");
              assertThat(finding.remark()).isEqualTo("The device's memory is too small.");
            });
    assertThat(found)
        .extracting(finding -> finding.what().replaceFirst(".*owlore: ", ""))
        .contains("step, products", "fused / products")
        .doesNotContain("step, fused + graphs", "fused + graphs / fused");
  }

  @Test
  void formsAreComparedOnTwoModelsAndOnOneLongRow() {
    assertThat(FormSpeed.workloads(usual(BenchmarkModel.M)))
        .extracting(SpeedPart::label)
        .containsExactly("m 4 x 512", "m 1 x 2048");
    assertThat(FormSpeed.workloads(usual(BenchmarkModel.LLAMA2_7B)))
        .extracting(SpeedPart::label)
        .containsExactly("llama2-7b 1 x 512");
    assertThat(FormSpeed.workloads(usual(BenchmarkModel.S))).isEmpty();
  }
}
