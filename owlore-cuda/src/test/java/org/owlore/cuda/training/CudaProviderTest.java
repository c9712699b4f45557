package org.owlore.cuda.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.owlore.cuda.program.Precision;
import org.owlore.finetune.DeviceProvider;
import org.owlore.finetune.Devices;
import org.owlore.graph.LanguageModel;
import org.owlore.precision.StorageType;
import org.owlore.testing.TinyLlama;

class CudaProviderTest {
  private final DeviceProvider provider = new CudaProvider();

  @Test
  void beingOnTheClassPathIsEnough() {
    assertThat(Devices.available().providers())
        .extracting(DeviceProvider::kind)
        .containsExactly("cuda");
  }

  @Test
  void theNamesOfThePrecisionsAreThoseOfTheCommandLine() {
    assertThat(provider.precisions()).containsExactly("float32", "tf32", "bf16");
  }

  @Test
  void anUnknownPrecisionIsRefused() {
    LanguageModel model = TinyLlama.untied(1);

    assertThatThrownBy(() -> provider.factory(0, "fp8", Map.of()).open(model, null, null))
        .hasMessage("There is no precision \"fp8\": choose one of float32, tf32, bf16.");
  }

  @Test
  void aSettingThatThereIsNotIsRefused() {
    LanguageModel model = TinyLlama.untied(1);
    Map<String, String> settings = Map.of("OWLORE_CUDA_ATTENTION", "flash");

    assertThatThrownBy(() -> provider.factory(0, null, settings).open(model, null, null))
        .hasMessage("OWLORE_CUDA_ATTENTION is \"flash\": set it to auto, fused or products.");
  }

  @Test
  void whatCanBeSetIsKnownByName() {
    assertThat(provider.settings())
        .containsExactlyInAnyOrder("OWLORE_CUDA_ATTENTION", "OWLORE_CUDA_GRAPHS")
        .allSatisfy(
            setting ->
                assertThat(Devices.available().with(setting, "on").settings("cuda"))
                    .contains(setting));
  }

  @Test
  void aWrongSettingIsRefusedBeforeAnyDeviceIsOpened() {
    Map<String, String> settings = Map.of("OWLORE_CUDA_GRAPHS", "sometimes");

    assertThatThrownBy(() -> provider.factory(0, null, settings))
        .hasMessage("OWLORE_CUDA_GRAPHS is \"sometimes\": set it to on or off.");
    assertThatThrownBy(() -> provider.forward(0, null, settings))
        .hasMessage("OWLORE_CUDA_GRAPHS is \"sometimes\": set it to on or off.");
  }

  @Test
  void theDefaultPrecisionFollowsHowTheWeightsAreStored() {
    LanguageModel narrow = TinyLlama.stored(StorageType.BF16, TinyLlama.config().build(), 1);

    assertThat(CudaProvider.fitting(narrow)).isEqualTo(Precision.BF16);
    assertThat(CudaProvider.fitting(TinyLlama.untied(1))).isEqualTo(Precision.FLOAT32);
  }

  @Test
  void aMachineWithoutADeviceSaysSoInOneSentence() {
    assumeTrue(provider.devices().isEmpty(), "this machine has a CUDA device");

    assertThat(provider.problem()).containsIgnoringCase("no CUDA device").endsWith(".");
    assertThatThrownBy(() -> Devices.available().factory("cuda", null))
        .hasMessage(provider.problem());
  }
}
