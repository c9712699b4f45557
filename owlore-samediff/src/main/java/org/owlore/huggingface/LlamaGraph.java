package org.owlore.huggingface;

import static org.owlore.graph.LanguageModel.ATTENTION_MASK;
import static org.owlore.graph.LanguageModel.INPUT_IDS;
import static org.owlore.graph.LanguageModel.LABELS;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.array.SingleThreadArrayHolder;
import org.nd4j.linalg.api.buffer.DataType;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.Layer;
import org.owlore.graph.LayerMap;
import org.owlore.graph.ModelInput;
import org.owlore.graph.TokenLoss;
import org.owlore.precision.StorageType;

/**
 * Builds the SameDiff graph of a Llama-family model: RMSNorm, rotary embedding, grouped-query
 * attention, SwiGLU.
 *
 * <p>Activations are flat, {@code [tokens, hidden]}; batch and length are free. Weights are
 * VARIABLEs with their Hugging Face names, {@code [out, in]}. Only operations whose gradient is
 * right in ND4J are used, except the embedding's gather and the sparse cross-entropy, which {@code
 * org.owlore.graph} repairs.
 */
public final class LlamaGraph {
  /** Name of the output {@code [batch, sequence, vocabulary]}. */
  public static final String LOGITS = "logits";

  /** Name of the scalar loss. */
  public static final String LOSS = TokenLoss.LOSS;

  /** Name of the output {@code [tokens]}: each token's loss, 0 where the label is ignored. */
  public static final String TOKEN_LOSSES = TokenLoss.TOKEN_LOSSES;

  private final HuggingFaceConfig config;
  private final Weights weights;
  private final SameDiff graph;

  private LlamaGraph(HuggingFaceConfig config, WeightSource source, StorageType storage) {
    this.config = config;
    this.graph = SameDiff.create();
    // SameDiff's own holders keep a second copy of every array for other devices.
    graph.setArrayHolders(new SingleThreadArrayHolder(), new SingleThreadArrayHolder(), false);
    this.weights = new Weights(graph, source, ParameterShapes.of(config), storage);
  }

  /**
   * Builds the graph with float32 weights.
   *
   * @param config the model's shape
   * @param source where the weights come from
   */
  public static LanguageModel build(HuggingFaceConfig config, WeightSource source) {
    return build(config, source, StorageType.FLOAT32);
  }

  /**
   * Builds the graph.
   *
   * @param config the model's shape
   * @param source where the weights come from
   * @param storage as what the matrices lie in memory; narrow ones are variables of that type, each
   *     followed by a cast to FLOAT
   */
  public static LanguageModel build(
      HuggingFaceConfig config, WeightSource source, StorageType storage) {
    return new LlamaGraph(config, source, storage).build();
  }

  private LanguageModel build() {
    SDVariable ids = graph.placeHolder(INPUT_IDS, DataType.INT32, -1, -1);
    SDVariable mask = graph.placeHolder(ATTENTION_MASK, DataType.INT32, -1, -1);
    SDVariable labels = graph.placeHolder(LABELS, DataType.INT32, -1, -1);
    SequenceShapes shapes = new SequenceShapes(graph, ids);
    Attention attention = new Attention(config, shapes, mask);

    SDVariable residual = weights.rows(residualName(0), ParameterShapes.EMBEDDING, ids.reshape(-1));
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < config.layers(); i++) {
      LayerBuilder layer = new LayerBuilder(i, config, weights, attention);
      SDVariable next = layer.build(residual, residualName(i + 1));
      layers.add(layer.describe(residual.name(), next.name()));
      residual = next;
    }
    SDVariable norm = weights.get(ParameterShapes.FINAL_NORM);
    SDVariable normed =
        RootMeanSquareNorm.apply("lm_head_input", residual, norm, config.normEpsilon());
    SDVariable head =
        weights.computed(config.tiedEmbedding() ? ParameterShapes.EMBEDDING : ParameterShapes.HEAD);
    SDVariable flatLogits = graph.mmul("flat_logits", normed, head, false, true, false);
    graph.reshape(LOGITS, flatLogits, shapes.of(config.vocabularySize()));
    TokenLoss.add(flatLogits, labels);
    return new LanguageModel(
        graph, layerMap(layers), LOGITS, LOSS, input(), config.vocabularySize());
  }

  private ModelInput input() {
    return ModelInput.builder()
        .maximumLength(config.maximumLength())
        .separatesDocuments(true)
        .build();
  }

  private LayerMap layerMap(List<Layer> layers) {
    return new LayerMap(
        layers,
        List.of(ParameterShapes.EMBEDDING),
        List.of(ParameterShapes.FINAL_NORM),
        config.tiedEmbedding() ? List.of() : List.of(ParameterShapes.HEAD));
  }

  /** The residual stream that enters a layer, or leaves the last one. */
  private String residualName(int layer) {
    return layer < config.layers()
        ? ParameterShapes.layerPrefix(layer) + "input"
        : "model.norm.input";
  }
}
