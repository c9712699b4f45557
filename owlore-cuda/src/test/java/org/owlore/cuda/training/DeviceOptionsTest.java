package org.owlore.cuda.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.owlore.cuda.program.AttentionForm;
import org.owlore.cuda.program.Precision;

class DeviceOptionsTest {

  private static DeviceOptions with(String setting, String value) {
    return DeviceOptions.of(Precision.BF16, Map.of(setting, value));
  }

  @Test
  void settingsThatAskForNothingLeaveAttentionToATrialAndStepsUnrepeated() {
    DeviceOptions options = DeviceOptions.of(Precision.TF32, Map.of());

    assertThat(options).isEqualTo(new DeviceOptions(Precision.TF32, null, false));
  }

  @Test
  void attentionIsComputedAsSettingsAsk() {
    assertThat(with("OWLORE_CUDA_ATTENTION", "auto").attention()).isNull();
    assertThat(with("OWLORE_CUDA_ATTENTION", "fused").attention()).isEqualTo(AttentionForm.FUSED);
    assertThat(with("OWLORE_CUDA_ATTENTION", "products").attention())
        .isEqualTo(AttentionForm.PRODUCTS);
    assertThatThrownBy(() -> with("OWLORE_CUDA_ATTENTION", "flash"))
        .hasMessage("OWLORE_CUDA_ATTENTION is \"flash\": set it to auto, fused or products.");
  }

  @Test
  void stepsAreRepeatedAsGraphsWhenSettingsAskForThem() {
    assertThat(with("OWLORE_CUDA_GRAPHS", "on").repeatsSteps()).isTrue();
    assertThat(with("OWLORE_CUDA_GRAPHS", "off").repeatsSteps()).isFalse();
    assertThatThrownBy(() -> with("OWLORE_CUDA_GRAPHS", "1"))
        .hasMessage("OWLORE_CUDA_GRAPHS is \"1\": set it to on or off.");
  }
}
