package org.owlore.examples.benchmark.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.owlore.finetune.DeviceProvider;
import org.owlore.finetune.Devices;
import org.owlore.finetune.ForwardDevice;
import org.owlore.finetune.TrainingDevice;

class MeasuredDeviceTest {
  private static final String ATTENTION = "OWLORE_CUDA_ATTENTION";
  private static final String GRAPHS = "OWLORE_CUDA_GRAPHS";

  private static MeasuredDevice device(Set<String> settings) {
    return MeasuredDevice.of(Devices.of(List.of(new Provider(settings))), "cuda", "bf16");
  }

  private static String asked(TrainingDevice.Factory factory) {
    try (TrainingDevice device = factory.open(null, null, null)) {
      return "opened " + device;
    } catch (UnsupportedOperationException e) {
      return e.getMessage();
    }
  }

  @Test
  void eachFormIsTheDeviceWithSettingsOfItsOwn() {
    MeasuredDevice device = device(Set.of(ATTENTION, GRAPHS));

    assertThat(asked(device.asSet())).isEqualTo("0 bf16 {}");
    assertThat(device.forms()).containsOnlyKeys(Form.values());
    assertThat(asked(device.in(Form.FUSED)))
        .isEqualTo("0 bf16 {OWLORE_CUDA_ATTENTION=fused, OWLORE_CUDA_GRAPHS=off}");
    assertThat(asked(device.in(Form.PRODUCTS)))
        .isEqualTo("0 bf16 {OWLORE_CUDA_ATTENTION=products, OWLORE_CUDA_GRAPHS=off}");
    assertThat(asked(device.in(Form.FUSED_GRAPHS)))
        .isEqualTo("0 bf16 {OWLORE_CUDA_ATTENTION=fused, OWLORE_CUDA_GRAPHS=on}");
    assertThat(asked(device.in(Form.PRODUCTS_GRAPHS)))
        .isEqualTo("0 bf16 {OWLORE_CUDA_ATTENTION=products, OWLORE_CUDA_GRAPHS=on}");
  }

  @Test
  void aDeviceThatDoesNotKnowAllSettingsHasNoForms() {
    MeasuredDevice device = device(Set.of(GRAPHS));

    assertThat(device.hasForms()).isFalse();
    assertThat(device.in(Form.FUSED)).isSameAs(device.asSet());
    assertThat(device.byAttention()).containsExactly(Map.entry("", device.asSet()));
  }

  @Test
  void theHostHasNoForms() {
    assertThat(MeasuredDevice.of(Devices.available(), "cpu", null).hasForms()).isFalse();
  }

  @Test
  void aDeviceThatThereIsNotIsRefused() {
    assertThatThrownBy(() -> MeasuredDevice.of(Devices.of(List.of()), "abacus", null))
        .hasMessageStartingWith("There is no device \"abacus\"");
  }

  /** Its devices say, when opened, how they were asked for. */
  private record Provider(Set<String> settings) implements DeviceProvider {
    @Override
    public String kind() {
      return "cuda";
    }

    @Override
    public List<Description> devices() {
      return List.of(new Description("a device", null));
    }

    @Override
    public String problem() {
      return null;
    }

    @Override
    public TrainingDevice.Factory factory(
        int number, String precision, Map<String, String> values) {
      return (model, configuration, projected) -> {
        throw new UnsupportedOperationException(
            number + " " + precision + " " + new TreeMap<>(values));
      };
    }

    @Override
    public ForwardDevice.Factory forward(int number, String precision, Map<String, String> values) {
      return Devices.of(List.of()).forward(Devices.HOST, null);
    }

    @Override
    public List<String> precisions() {
      return List.of("bf16");
    }
  }
}
