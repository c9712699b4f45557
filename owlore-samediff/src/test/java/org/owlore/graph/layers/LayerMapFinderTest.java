package org.owlore.graph.layers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.layers.FoundLayers.Evidence;
import org.owlore.huggingface.Architecture;
import org.owlore.huggingface.HuggingFaceConfig;
import org.owlore.precision.StorageType;
import org.owlore.testing.TinyLlama;

class LayerMapFinderTest {

  static Stream<Arguments> llamas() {
    HuggingFaceConfig plain = TinyLlama.config().build();
    HuggingFaceConfig tied = TinyLlama.config().tiedEmbedding(true).build();
    HuggingFaceConfig deep = TinyLlama.config().layers(7).build();
    HuggingFaceConfig biased = TinyLlama.config().architecture(Architecture.QWEN2).build();
    return Stream.of(StorageType.FLOAT32, StorageType.BF16)
        .flatMap(
            storage ->
                Stream.of(plain, tied, deep, biased).map(config -> Arguments.of(storage, config)));
  }

  @ParameterizedTest
  @MethodSource("llamas")
  void theLayersThatALlamaStatesAreFoundByItsNames(StorageType storage, HuggingFaceConfig config) {
    LanguageModel model = TinyLlama.stored(storage, config, 1);

    FoundLayers found = new LayerMapFinder(model.graph(), model.logits()).find();

    assertThat(found.layers()).isEqualTo(model.layers());
    assertThat(found.evidence()).isEqualTo(Evidence.NAMES);
    assertThat(found.notes()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("llamas")
  void theLayersThatALlamaStatesAreFoundWithoutNames(
      StorageType storage, HuggingFaceConfig config) {
    LanguageModel model = TinyLlama.stored(storage, config, 1);
    RandomNames names = new RandomNames(model.graph(), 2);

    FoundLayers found = new LayerMapFinder(model.graph(), names.of(model.logits())).find();

    assertThat(found.layers()).isEqualTo(names.of(model.layers()));
    assertThat(found.evidence()).isEqualTo(Evidence.STRUCTURE);
  }

  @ParameterizedTest
  @EnumSource(SampleModels.class)
  void theLayersOfEachFamilyAreFoundByTheirNames(SampleModels family) {
    SampleModel model = family.build(3);

    FoundLayers found = new LayerMapFinder(model.graph, SampleModel.LOGITS).find();

    assertThat(found.layers()).isEqualTo(model.expected());
    assertThat(found.evidence()).isEqualTo(Evidence.NAMES);
  }

  @ParameterizedTest
  @EnumSource(value = SampleModels.class, names = "T5_ENCODER", mode = Mode.EXCLUDE)
  void theLayersOfEachFamilyAreFoundWithoutNames(SampleModels family) {
    SampleModel model = family.build(3);
    RandomNames names = new RandomNames(model.graph, 3);

    FoundLayers found = new LayerMapFinder(model.graph, names.of(SampleModel.LOGITS)).find();

    assertThat(found.layers()).isEqualTo(names.of(model.expected()));
    assertThat(found.evidence()).isEqualTo(Evidence.STRUCTURE);
  }
}
