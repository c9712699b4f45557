package org.owlore.huggingface;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.graph.LanguageModel;

/** Small configurations, random models and batches for the tests of this package. */
final class TinyModels {
  static final int VOCABULARY = 23;

  private TinyModels() {}

  /** Llama with 4 query heads over 2 key heads, untied. */
  static HuggingFaceConfig.HuggingFaceConfigBuilder llama() {
    return HuggingFaceConfig.builder()
        .architecture(Architecture.LLAMA)
        .vocabularySize(VOCABULARY)
        .hiddenSize(24)
        .intermediateSize(20)
        .layers(2)
        .heads(4)
        .keyValueHeads(2)
        .headDimension(6)
        .maximumLength(64)
        .initializerRange(0.3);
  }

  static LanguageModel random(HuggingFaceConfig config, long seed) {
    return LlamaGraph.build(config, spread(new RandomWeights(config, seed), seed));
  }

  /** Also moves norm weights and biases away from 1 and 0, so that a test notices them. */
  private static WeightSource spread(WeightSource source, long seed) {
    return (name, shape) -> {
      INDArray weight = source.weight(name, shape);
      if (shape.length == 1) {
        Random random = new Random(seed + name.hashCode());
        for (long i = 0; i < weight.length(); i++) {
          weight.putScalar(i, weight.getFloat(i) + 0.3f * (float) random.nextGaussian());
        }
      }
      return weight;
    };
  }

  static int[][] randomTokens(int batch, int length, long seed) {
    Random random = new Random(seed);
    int[][] tokens = new int[batch][length];
    for (int[] row : tokens) {
      Arrays.setAll(row, i -> random.nextInt(VOCABULARY));
    }
    return tokens;
  }

  static int[][] filled(int batch, int length, int value) {
    int[][] rows = new int[batch][length];
    for (int[] row : rows) {
      Arrays.fill(row, value);
    }
    return rows;
  }

  /** Logits {@code [batch, sequence, vocabulary]}. */
  static INDArray logits(LanguageModel model, int[][] tokens, int[][] documents) {
    int[][] labels = filled(tokens.length, tokens[0].length, 0);
    return output(model, tokens, documents, labels, model.logits());
  }

  static INDArray output(
      LanguageModel model, int[][] tokens, int[][] documents, int[][] labels, String name) {
    return model
        .graph()
        .outputSingle(
            Map.of(
                LanguageModel.INPUT_IDS, Nd4j.createFromArray(tokens),
                LanguageModel.ATTENTION_MASK, Nd4j.createFromArray(documents),
                LanguageModel.LABELS, Nd4j.createFromArray(labels)),
            name);
  }

  /** One token's logits. */
  static double[] at(INDArray logits, int row, int position) {
    return logits.slice(row).slice(position).dup().data().asDouble();
  }
}
