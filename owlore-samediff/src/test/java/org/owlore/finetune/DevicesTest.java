package org.owlore.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DevicesTest {
  private final List<String> asked = new ArrayList<>();

  private Devices devices(String problem, DeviceProvider.Description... descriptions) {
    return Devices.of(List.of(new Provider(problem, List.of(descriptions))));
  }

  @Test
  void theHostIsAlwaysThere() {
    assertThat(Devices.available().factory("cpu", null)).isNotNull();
  }

  @Test
  void aKindAloneMeansItsFirstDevice() {
    devices(null, usable(), usable()).factory("cuda", "bf16");

    assertThat(asked).containsExactly("0 bf16 {}");
  }

  @Test
  void aNumberChoosesADevice() {
    devices(null, usable(), usable()).factory("cuda:1", null);

    assertThat(asked).containsExactly("1 null {}");
  }

  @Test
  void aKindWithoutItsModuleSaysWhatToDo() {
    assertThatThrownBy(() -> Devices.of(List.of()).factory("cuda", null))
        .hasMessage(
            "There is no device \"cuda\" in this program: devices are called cpu. Put owlore-cuda on the class path for NVIDIA GPUs.");
  }

  @Test
  void anUnreadableNameSaysWhichThereAre() {
    assertThatThrownBy(() -> devices(null, usable()).factory("GPU 0", null))
        .hasMessage("There is no device \"GPU 0\": devices are called cpu, cuda, cuda:1.");
  }

  @Test
  void aNumberThatIsTooLargeSaysWhichIsTheLast() {
    assertThatThrownBy(() -> devices(null, usable()).factory("cuda:3", null))
        .hasMessage("There is no device cuda:3: the last one is cuda:0.");
  }

  @Test
  void theReasonWhyThereIsNoDeviceIsTheMessage() {
    assertThatThrownBy(() -> devices("No CUDA device: no driver.").factory("cuda", null))
        .hasMessage("No CUDA device: no driver.");
  }

  @Test
  void theReasonWhyADeviceCannotBeUsedIsTheMessage() {
    DeviceProvider.Description old = new DeviceProvider.Description("old", "It is too old.");
    assertThatThrownBy(() -> devices(null, old).factory("cuda", null)).hasMessage("It is too old.");
  }

  @Test
  void anUnknownPrecisionIsRefused() {
    assertThatThrownBy(() -> devices(null, usable()).factory("cuda", "fp8"))
        .hasMessage("There is no precision \"fp8\" on cuda devices: choose one of bf16.");
  }

  @Test
  void theHostHasNoNumber() {
    assertThatThrownBy(() -> devices(null, usable()).factory("cpu:1", null))
        .hasMessage("There is no device \"cpu:1\": devices are called cpu, cuda, cuda:1.");
  }

  @Test
  void thePrecisionOfTheHostMayBeNamed() {
    assertThat(Devices.of(List.of()).factory("cpu", "float32")).isNotNull();
  }

  @Test
  void theHostTakesNoOtherPrecision() {
    assertThatThrownBy(() -> Devices.of(List.of()).factory("cpu", "bf16"))
        .hasMessage(
            "The CPU computes in float32 always: leave the precision \"bf16\" out, or choose another device.");
  }

  @Test
  void aSettingIsReplacedInACopy() {
    Devices plain = devices(null, usable());
    Devices round = plain.with("FORM", "square").with("SIZE", "1").with("FORM", "round");
    round.factory("cuda", null);
    plain.factory("cuda", null);

    assertThat(asked).containsExactly("0 null {FORM=round, SIZE=1}", "0 null {}");
  }

  @Test
  void aSettingThatNoDeviceHasIsRefused() {
    assertThatThrownBy(() -> devices(null, usable()).with("COLOUR", "red"))
        .hasMessage("There is no setting \"COLOUR\" of devices: there are FORM, SIZE.");
    assertThatThrownBy(() -> Devices.of(List.of()).with("COLOUR", "red"))
        .hasMessage("There is no setting \"COLOUR\" of devices: there are none here.");
  }

  @Test
  void modelsAreComputedWhereTheyAreTrained() {
    Devices devices = devices(null, usable()).with("FORM", "round");

    assertThat(devices.forward("cuda:0", "bf16")).isNotNull();

    assertThat(asked).containsExactly("forward 0 bf16 {FORM=round}");
    assertThat(devices.forward("cpu", null)).isNotNull();
    assertThatThrownBy(() -> devices.forward("cpu", "bf16"))
        .hasMessageStartingWith("The CPU computes in float32 always");
    assertThatThrownBy(() -> devices.forward("cuda:3", null))
        .hasMessage("There is no device cuda:3: the last one is cuda:0.");
  }

  @Test
  void aDeviceSaysWhatCanBeSetAndTheHostHasNothing() {
    Devices devices = devices(null, usable());

    assertThat(devices.settings("cuda:7")).containsExactlyInAnyOrder("FORM", "SIZE");
    assertThat(devices.settings("cpu")).isEmpty();
    assertThatThrownBy(() -> devices.settings("GPU 0"))
        .hasMessage("There is no device \"GPU 0\": devices are called cpu, cuda, cuda:1.");
  }

  private static DeviceProvider.Description usable() {
    return new DeviceProvider.Description("a device", null);
  }

  private final class Provider implements DeviceProvider {
    private final String problem;
    private final List<Description> devices;

    Provider(String problem, List<Description> devices) {
      this.problem = problem;
      this.devices = devices;
    }

    @Override
    public String kind() {
      return "cuda";
    }

    @Override
    public List<Description> devices() {
      return devices;
    }

    @Override
    public String problem() {
      return problem;
    }

    @Override
    public TrainingDevice.Factory factory(
        int number, String precision, Map<String, String> settings) {
      asked.add(number + " " + precision + " " + new TreeMap<>(settings));
      return Host::new;
    }

    @Override
    public ForwardDevice.Factory forward(
        int number, String precision, Map<String, String> settings) {
      asked.add("forward " + number + " " + precision + " " + new TreeMap<>(settings));
      return HostForward::new;
    }

    @Override
    public Set<String> settings() {
      return Set.of("FORM", "SIZE");
    }

    @Override
    public List<String> precisions() {
      return List.of("bf16");
    }
  }
}
