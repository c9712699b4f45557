package org.owlore.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.owlore.testing.NaiveLlama;
import org.owlore.testing.SharedData;

/** The scores of a pretrained Llama against those of the public OWL and AlphaPruning code. */
class GoldenScoresTest {
  private static final int SEQUENCES_PER_BATCH = 5;

  private static JsonNode golden;
  private static NaiveLlama llama;
  private static List<NaiveLlama.Forward> sequences;
  private static ScorableModel model;

  @BeforeAll
  static void runTheModelOnce() {
    golden = SharedData.json("golden/scores/scores.json");
    llama = NaiveLlama.read(SharedData.require("data/stories260K"));
    INDArray tokens = SharedData.array("golden/scores/calibration_tokens.npy");
    sequences = new ArrayList<>();
    for (int row = 0; row < tokens.rows(); row++) {
      sequences.add(llama.forward(tokens.getRow(row).toIntVector()));
    }
    model = new ScorableModel(llama.layers(), GoldenScoresTest::weight, GoldenScoresTest::run);
  }

  @Test
  void outlierCountsAreThoseOfThePublicCode() {
    JsonNode expected = golden.get("outlier_ratio_percent");
    for (Iterator<Map.Entry<String, JsonNode>> taus = expected.fields(); taus.hasNext(); ) {
      Map.Entry<String, JsonNode> tau = taus.next();
      LayerScores scores = new OutlierRatio(Double.parseDouble(tau.getKey())).score(model);

      assertThat(outliers(scores.toArray()))
          .as("tau " + tau.getKey())
          .containsExactly(outliers(numbers(tau.getValue())));
      assertClose(scores, tau.getValue());
    }
  }

  @Test
  void weightNormsAreThoseOfThePublicCode() {
    assertClose(new WeightNorm().score(model), golden.get("weight_norm"));
  }

  @Test
  void blockInfluencesAreThoseOfThePublicCode() {
    assertClose(new BlockInfluence().score(model), golden.get("block_influence"));
  }

  @Test
  void relativeMagnitudesAreThoseOfThePublicCode() {
    assertClose(new RelativeMagnitude().score(model), golden.get("relative_magnitude"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void hillAlphasOfEachWeightAreThoseOfThePublicCode(int layer) {
    JsonNode expected = golden.get("pl_alpha_hill").get(String.valueOf(layer));
    llama
        .layers()
        .layers()
        .get(layer)
        .linears()
        .forEach(
            linear -> {
              String module = linear.name().replaceAll("model.layers.\\d+.|.weight", "");
              double alpha = expected.get(module).doubleValue();
              assertThat(HillAlpha.ofWeight(linear, weight(linear.name())))
                  .as(linear.name())
                  .isCloseTo(alpha, within(1e-3 * alpha));
            });
  }

  @Test
  void theHillAlphaOfALayerIsTheMeanOverItsWeights() {
    double[] means = new double[5];
    for (int layer = 0; layer < 5; layer++) {
      JsonNode weights = golden.get("pl_alpha_hill").get(String.valueOf(layer));
      means[layer] = Arrays.stream(numbers(weights)).average().orElseThrow();
    }
    assertThat(new HillAlpha().score(model).toArray()).containsExactly(means, within(1e-3));
  }

  private static void assertClose(LayerScores scores, JsonNode expected) {
    double[] numbers = numbers(expected);
    for (int layer = 0; layer < numbers.length; layer++) {
      assertThat(scores.scores().get(layer))
          .as("layer " + layer)
          .isCloseTo(numbers[layer], within(1e-3 * numbers[layer]));
    }
  }

  private static double[] numbers(JsonNode node) {
    List<Double> numbers = new ArrayList<>();
    node.forEach(number -> numbers.add(number.doubleValue()));
    return numbers.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static long[] outliers(double[] percent) {
    int entries = 2 * 64 * 64 + 2 * 32 * 64 + 3 * 172 * 64;
    return Arrays.stream(percent).mapToLong(share -> Math.round(share / 100 * entries)).toArray();
  }

  private static INDArray weight(String name) {
    return Nd4j.createFromArray(llama.parameter(name));
  }

  /** Feeds the sequences in batches, each activation flattened to [tokens, channels]. */
  private static void run(Set<String> variables, ActivationVisitor visitor) {
    for (int from = 0; from < sequences.size(); from += SEQUENCES_PER_BATCH) {
      int until = Math.min(sequences.size(), from + SEQUENCES_PER_BATCH);
      List<NaiveLlama.Forward> batch = sequences.subList(from, until);
      for (String name : batch.get(0).activations().keySet()) {
        if (variables.contains(name)) {
          visit(name, batch, visitor);
        }
      }
    }
  }

  private static void visit(
      String name, List<NaiveLlama.Forward> batch, ActivationVisitor visitor) {
    double[][] tokens =
        batch.stream()
            .flatMap(one -> Stream.of(one.activations().get(name)))
            .toArray(double[][]::new);
    boolean[] counted = new boolean[tokens.length];
    Arrays.fill(counted, true);
    try (INDArray activation = ToyModel.array(tokens)) {
      visitor.visit(name, activation, counted);
    }
  }
}
