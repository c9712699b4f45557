package org.owlore.graph.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.finetune.Batch;
import org.owlore.finetune.BatchSource;
import org.owlore.finetune.CalibrationPass;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.Layer;
import org.owlore.graph.LayerMap;
import org.owlore.graph.LinearWeight;
import org.owlore.graph.layers.FoundLayers.Evidence;
import org.owlore.onnx.OnnxModel;
import org.owlore.scoring.OutlierRatio;
import org.owlore.testing.SharedData;

/** The layers of models that PyTorch has exported. */
class ImportedLayersTest {
  private static final String FOLDER = "golden/onnx/";

  private static LanguageModel load(String export) {
    return OnnxModel.open(SharedData.require(FOLDER + export + ".onnx")).load();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama_static_op13",
        "llama_static_nofold_op13",
        "llama_dyn_op13",
        "llama_dyn_nofold_op13",
        "llama_dyn_op16"
      })
  void theLayersOfALlamaAreFound(String export) {
    LanguageModel model = load(export);
    LayerMap layers = new LayerMapFinder(model.graph(), model.logits()).find().layers();

    assertThat(layers.size()).isEqualTo(4);
    assertThat(layers.embedding()).containsExactly("model.embed_tokens.weight");
    assertThat(layers.finalNorm()).containsExactly("model.norm.weight");
    assertThat(layers.head()).containsExactly("lm_head.weight");
    for (Layer layer : layers.layers()) {
      String prefix = "model.layers." + layer.index() + ".";
      assertThat(layer.linears())
          .extracting(LinearWeight::name)
          .containsExactly(
              prefix + "self_attn.q_proj.weight",
              prefix + "self_attn.k_proj.weight",
              prefix + "self_attn.v_proj.weight",
              prefix + "self_attn.o_proj.weight",
              prefix + "mlp.gate_proj.weight",
              prefix + "mlp.up_proj.weight",
              prefix + "mlp.down_proj.weight");
      assertThat(layer.others())
          .containsExactly(
              prefix + "input_layernorm.weight", prefix + "post_attention_layernorm.weight");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"gpt2_static_op13", "gpt2_dyn_op13", "gpt2_dyn_nofold_op13", "gpt2_dyn_op16"})
  void theLayersOfAGpt2AreFound(String export) {
    LanguageModel model = load(export);
    LayerMap layers = new LayerMapFinder(model.graph(), model.logits()).find().layers();

    assertThat(layers.embedding())
        .containsExactly("transformer.wte.weight", "transformer.wpe.weight");
    assertThat(layers.finalNorm())
        .containsExactly("transformer.ln_f.weight", "transformer.ln_f.bias");
    assertThat(layers.head()).isEmpty();
    for (Layer layer : layers.layers()) {
      String prefix = "transformer.h." + layer.index() + ".";
      assertThat(layer.linears())
          .extracting(LinearWeight::name)
          .containsExactly(
              prefix + "attn.c_attn.weight",
              prefix + "attn.c_proj.weight",
              prefix + "mlp.c_fc.weight",
              prefix + "mlp.c_proj.weight");
      assertThat(layer.others()).hasSize(8);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama_static_op13",
        "llama_static_nofold_op13",
        "llama_dyn_op13",
        "llama_dyn_nofold_op13",
        "llama_dyn_op16",
        "gpt2_static_op13",
        "gpt2_dyn_op13",
        "gpt2_dyn_nofold_op13",
        "gpt2_dyn_op16"
      })
  void theSameLayersAreFoundWithoutNames(String export) {
    LanguageModel model = load(export);
    LayerMap named = new LayerMapFinder(model.graph(), model.logits()).byNames().layers();
    RandomNames names = new RandomNames(model.graph(), 5);

    FoundLayers found = new LayerMapFinder(model.graph(), names.of(model.logits())).find();

    assertThat(found.layers()).isEqualTo(names.of(named));
    assertThat(found.evidence()).isEqualTo(Evidence.STRUCTURE);
  }

  /** Weights lie transposed in some exports and not in others. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama_static_nofold_op13",
        "llama_dyn_op13",
        "llama_dyn_nofold_op13",
        "llama_dyn_op16"
      })
  void howAModelWasExportedDoesNotChangeItsScores(String export) {
    double[] expected = scores(load("llama_static_op13"));
    double[] actual = scores(load(export));

    assertThat(expected).doesNotContain(0).hasSize(4);
    assertThat(actual).containsExactly(expected, within(1e-9));
  }

  private static double[] scores(LanguageModel model) {
    return CalibrationPass.score(model, batches(), new OutlierRatio(3)).toArray();
  }

  private static BatchSource batches() {
    return new BatchSource() {
      @Override
      public long stepsPerEpoch() {
        return 1;
      }

      @Override
      public Batch batch(long step) {
        INDArray ids = SharedData.array(FOLDER + "reference/llama/input_ids.npy");
        INDArray labels = SharedData.array(FOLDER + "reference/llama/labels.npy");
        return new Batch(
            Map.of(
                LanguageModel.INPUT_IDS, ids.castTo(DataType.INT32),
                LanguageModel.ATTENTION_MASK, Nd4j.ones(DataType.INT32, ids.shape()),
                LanguageModel.LABELS, labels.castTo(DataType.INT32)),
            ids.length());
      }
    };
  }
}
