package org.owlore.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.finetune.Batch;
import org.owlore.finetune.BatchSource;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.LayerMap;
import org.owlore.huggingface.Architecture;
import org.owlore.huggingface.HuggingFaceConfig;
import org.owlore.huggingface.LlamaGraph;
import org.owlore.huggingface.RandomWeights;
import org.owlore.precision.StorageType;

/** A Llama of three small blocks with random weights, and batches for it. */
public final class TinyLlama {
  /** Number of token ids. */
  public static final int VOCABULARY = 32;

  /** Number of blocks. */
  public static final int LAYERS = 3;

  private TinyLlama() {}

  /** Hidden size 16, four query heads over two key heads, an untied head. */
  public static HuggingFaceConfig.HuggingFaceConfigBuilder config() {
    return HuggingFaceConfig.builder()
        .architecture(Architecture.LLAMA)
        .vocabularySize(VOCABULARY)
        .hiddenSize(16)
        .intermediateSize(24)
        .layers(LAYERS)
        .heads(4)
        .keyValueHeads(2)
        .headDimension(4)
        .maximumLength(32)
        .initializerRange(0.2);
  }

  /** A model with a head of its own. */
  public static LanguageModel untied(long seed) {
    return model(config().build(), seed);
  }

  /** A model whose embedding is its head, too. */
  public static LanguageModel tied(long seed) {
    return model(config().tiedEmbedding(true).build(), seed);
  }

  /** A model with random weights. */
  public static LanguageModel model(HuggingFaceConfig config, long seed) {
    return LlamaGraph.build(config, new RandomWeights(config, seed));
  }

  /** A model with random weights, whose matrices are stored in some type. */
  public static LanguageModel stored(StorageType storage, HuggingFaceConfig config, long seed) {
    return LlamaGraph.build(config, new RandomWeights(config, seed), storage);
  }

  /** A float32 model with the very weights that {@link #stored} has. */
  public static LanguageModel rounded(StorageType storage, HuggingFaceConfig config, long seed) {
    RandomWeights weights = new RandomWeights(config, seed);
    return LlamaGraph.build(
        config,
        (name, shape) ->
            weights.weight(name, shape).castTo(storage.dataType(shape)).castTo(DataType.FLOAT));
  }

  /** Random rows of one length; the labels are the next tokens. */
  public static Batch batch(int rows, int length, long seed) {
    Random random = new Random(seed);
    int[][] tokens = new int[rows][];
    for (int row = 0; row < rows; row++) {
      tokens[row] = random.ints(length + 1, 1, VOCABULARY).toArray();
    }
    return padded(length, tokens);
  }

  /**
   * Rows of different lengths, padded on the right with token 0.
   *
   * @param length of the batch
   * @param texts token ids; the labels are the next tokens
   */
  public static Batch padded(int length, int[]... texts) {
    int[][] inputs = new int[texts.length][length];
    int[][] mask = new int[texts.length][length];
    int[][] labels = new int[texts.length][length];
    long tokens = 0;
    for (int row = 0; row < texts.length; row++) {
      Arrays.fill(labels[row], LanguageModel.IGNORED_LABEL);
      for (int t = 0; t < texts[row].length - 1; t++) {
        inputs[row][t] = texts[row][t];
        mask[row][t] = 1;
        labels[row][t] = texts[row][t + 1];
        tokens++;
      }
    }
    return new Batch(
        Map.of(
            LanguageModel.INPUT_IDS, Nd4j.createFromArray(inputs),
            LanguageModel.ATTENTION_MASK, Nd4j.createFromArray(mask),
            LanguageModel.LABELS, Nd4j.createFromArray(labels)),
        tokens);
  }

  /** The same few batches again and again; each call gives new arrays. */
  public static BatchSource batches(int perEpoch, int rows, int length) {
    return new BatchSource() {
      @Override
      public long stepsPerEpoch() {
        return perEpoch;
      }

      @Override
      public Batch batch(long step) {
        return TinyLlama.batch(rows, length, step % perEpoch);
      }
    };
  }

  /** Copies of all trainable weights, by name. */
  public static Map<String, INDArray> weights(SameDiff graph) {
    Map<String, INDArray> weights = new TreeMap<>();
    graph.variables().stream()
        .filter(variable -> variable.getVariableType() == VariableType.VARIABLE)
        .forEach(variable -> weights.put(variable.name(), variable.getArr().dup()));
    return weights;
  }

  /** Names of the weights that differ by a bit from what they were. */
  public static List<String> changed(SameDiff graph, Map<String, INDArray> before) {
    List<String> changed = new ArrayList<>();
    weights(graph)
        .forEach(
            (name, weight) -> {
              if (!Arrays.equals(Bits.of(weight), Bits.of(before.get(name)))) {
                changed.add(name);
              }
            });
    return changed;
  }

  /** Names of all variables of some layers. */
  public static List<String> variables(LayerMap layers, int... indices) {
    return Arrays.stream(indices)
        .boxed()
        .flatMap(index -> layers.layers().get(index).variables().stream())
        .toList();
  }

  /** Names of embedding, final norm and head. */
  public static List<String> ends(LayerMap layers) {
    return Stream.of(layers.embedding(), layers.finalNorm(), layers.head())
        .flatMap(List::stream)
        .toList();
  }
}
