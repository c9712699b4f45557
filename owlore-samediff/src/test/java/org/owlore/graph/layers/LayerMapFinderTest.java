package org.owlore.graph.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.Layer;
import org.owlore.graph.LayerMap;
import org.owlore.graph.LinearWeight;
import org.owlore.graph.Orientation;
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

  @Property(tries = 30)
  void anyModelIsFoundByNamesAndWithoutThem(
      @ForAll("families") SampleModels family,
      @ForAll @IntRange(min = 2, max = 6) int blocks,
      @ForAll long seed) {
    SampleModel model = family.build(blocks);
    LayerMapFinder named = new LayerMapFinder(model.graph, SampleModel.LOGITS);

    assertThat(named.byNames().layers()).isEqualTo(model.expected());
    assertThat(named.byStructure().layers()).isEqualTo(model.expected());

    RandomNames names = new RandomNames(model.graph, seed);
    LayerMapFinder unnamed = new LayerMapFinder(model.graph, names.of(SampleModel.LOGITS));
    assertThat(unnamed.find().layers()).isEqualTo(names.of(model.expected()));
  }

  @Provide
  Arbitrary<SampleModels> families() {
    return Arbitraries.of(SampleModels.class).filter(family -> family != SampleModels.T5_ENCODER);
  }

  @Test
  void aBiasThatAllBlocksShareIsOfTheLayerThatItsNameSaysElseOfTheEmbedding() {
    SampleModel model = SampleModels.T5_ENCODER.build(3);
    LayerMapFinder finder = new LayerMapFinder(model.graph, SampleModel.LOGITS);
    String bias = "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight";

    LayerMap byStructure = finder.byStructure().layers();

    assertThat(finder.byNames().layers().layers().get(0).others()).contains(bias);
    assertThat(byStructure.embedding()).contains("shared.weight", bias);
    assertThat(byStructure.layers().get(0).others()).doesNotContain(bias);
    assertThat(finder.byStructure().notes())
        .containsExactly(
            "\"%s\" is listed under the embedding: several layers share it.".formatted(bias));
    assertThat(byStructure.layers().get(2)).isEqualTo(model.expected().layers().get(2));
  }

  @Test
  void aModelOfOneBlockIsFoundByItsNamesOrByAPattern() {
    SampleModel model = SampleModels.GPT2.build(1);
    LayerMapFinder finder = new LayerMapFinder(model.graph, SampleModel.LOGITS);

    assertThat(finder.find().layers()).isEqualTo(model.expected());
    assertThat(finder.byPattern("h\\.(\\d)\\.").layers()).isEqualTo(model.expected());
    assertThat(finder.byPattern("h\\.(\\d)\\.").evidence()).isEqualTo(Evidence.PATTERN);
  }

  @Test
  void aMatrixWhoseNameWasLostBelongsWhereItIsUsed() {
    SampleModel model = SampleModels.GPT2.build(3);
    model.graph.renameVariable("transformer.h.1.attn.c_attn.weight", "onnx::MatMul_12");
    model.graph.renameVariable("transformer.h.2.mlp.c_proj.weight", "onnx::MatMul_13");

    LayerMap found = new LayerMapFinder(model.graph, SampleModel.LOGITS).byNames().layers();

    assertThat(found.layers().get(1).linears().get(0).name()).isEqualTo("onnx::MatMul_12");
    assertThat(found.layers().get(2).linears().get(3).name()).isEqualTo("onnx::MatMul_13");
    assertThat(found.head()).isEmpty();
  }

  @Test
  void namesThatTheGraphContradictsGiveWayToItsStructure() {
    SampleModel model = SampleModels.LLAMA.build(2);
    for (String weight : List.of("mlp.down_proj.weight", "input_layernorm.weight")) {
      String first = "model.layers.0." + weight;
      model.graph.renameVariable(first, "swapped");
      model.graph.renameVariable("model.layers.1." + weight, first);
      model.graph.renameVariable("swapped", "model.layers.1." + weight);
    }
    LayerMapFinder finder = new LayerMapFinder(model.graph, SampleModel.LOGITS);

    assertThat(finder.find().evidence()).isEqualTo(Evidence.STRUCTURE);
    assertThatThrownBy(finder::byNames)
        .isInstanceOf(LayersNotFoundException.class)
        .hasMessageContaining("cannot be told from the rest of the graph");
  }

  @Test
  void aGraphReadBackFromAFileHasTheSameLayers(@TempDir Path folder) throws IOException {
    SampleModel model = SampleModels.BERT.build(3);
    File file = folder.resolve("model.fb").toFile();
    model.graph.save(file, false);

    SameDiff graph = SameDiff.load(file, false);

    assertThat(new LayerMapFinder(graph, SampleModel.LOGITS).byStructure().layers())
        .isEqualTo(model.expected());
  }

  @Test
  void aMultilayerPerceptronIsFoundByAPatternOrItsEqualLayers() {
    SameDiff graph = SameDiff.create();
    SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, 4);
    for (int i = 0; i < 3; i++) {
      SDVariable weight = graph.var("w" + i, Nd4j.zeros(DataType.FLOAT, 4, 4));
      x = graph.math().tanh("out" + i, x.mmul(weight).add(graph.var("b" + i, Nd4j.zeros(4))));
    }
    LayerMapFinder finder = new LayerMapFinder(graph, "out2");

    LayerMap found = finder.byPattern("[wb](\\d)").layers();

    assertThat(finder.byStructure().layers().layers())
        .extracting(Layer::variables)
        .isEqualTo(found.layers().stream().map(Layer::variables).toList());
    assertThat(found.layers().get(0).linears())
        .containsExactly(new LinearWeight("w0", "x", Orientation.IN_OUT));
    assertThat(found.layers().get(0).input()).isEqualTo("x");
    assertThat(found.layers().get(2).others()).containsExactly("b2");
  }

  @Test
  void variablesThatTheOutputDoesNotDependOnAreNoted() {
    SampleModel model = SampleModels.BERT.build(2);
    model.weight("bert.pooler.dense.weight", 8, 8);

    FoundLayers found = new LayerMapFinder(model.graph, SampleModel.LOGITS).find();

    assertThat(found.layers()).isEqualTo(model.expected());
    assertThat(found.notes()).singleElement().asString().contains("bert.pooler.dense.weight");
  }
}
