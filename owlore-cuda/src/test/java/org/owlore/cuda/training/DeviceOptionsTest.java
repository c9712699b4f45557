package org.owlore.cuda.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.owlore.cuda.device.DeviceDescription;
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
    assertThat(with("OWLORE_CUDA_ATTENTION", "").attention()).isNull();
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

  private static DeviceDescription device(int major, int minor) {
    return new DeviceDescription("A card", major, minor, 40, 1L << 34, "13.0");
  }

  @Test
  void attentionInBfloat16IsMadeOfProductsBeforeAmpere() {
    DeviceOptions open = DeviceOptions.of(Precision.BF16, Map.of());

    assertThat(open.on(device(7, 5)).attention()).isEqualTo(AttentionForm.PRODUCTS);
    assertThat(open.on(device(8, 0))).isEqualTo(open);
    DeviceOptions exact = DeviceOptions.of(Precision.FLOAT32, Map.of());
    assertThat(exact.on(device(7, 5))).isEqualTo(exact);
  }

  @Test
  void attentionThatCannotBeFusedIsRefusedWhereItIsAskedFor() {
    assertThatThrownBy(() -> with("OWLORE_CUDA_ATTENTION", "fused").on(device(7, 5)))
        .hasMessage(
            "Attention in bf16 can be fused from compute capability 8.0 on, and A card has 7.5: set OWLORE_CUDA_ATTENTION to products, or take --precision float32.");
  }
}
