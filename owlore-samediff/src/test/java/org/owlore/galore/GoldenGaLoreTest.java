package org.owlore.galore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.owlore.testing.SharedData;

/** The weight after every step equals that of the public GaLore AdamW, in all its 28 cases. */
class GoldenGaLoreTest {

  static IntStream cases() {
    return IntStream.range(0, 28);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyStepEqualsTheReference(int index) {
    JsonNode golden = SharedData.json("golden/galore/cases.json").get(index);
    GaLoreUpdater config = config(golden);
    DataType type = type(config);
    String name = "golden/galore/" + golden.get("case").asText();
    INDArray weight = SharedData.array(name + ".W0.npy").castTo(type);
    INDArray gradients = SharedData.array(name + ".G.npy").castTo(type);
    INDArray wanted = SharedData.array(name + ".W.npy").castTo(type);
    DecoupledWeightDecay decay = new DecoupledWeightDecay(golden.get("weight_decay").asDouble());
    GaLoreGradientUpdater updater = config.forParameter(weight.shape());

    for (int step = 0; step < golden.get("steps").asInt(); step++) {
      INDArray update = gradients.slice(step).dup('c');
      updater.applyUpdater(update, step, 0);
      decay.apply(weight, update, config.getLearningRate(step, 0), step, 0);
      weight.subi(update);

      INDArray after = wanted.slice(step);
      double error = weight.distance2(after) / after.norm2Number().doubleValue();
      assertThat(error).as("relative error after step %d", step).isLessThan(1e-4);
    }
  }

  /**
   * With both sides projected R is diagonal just after a refresh, up to rounding errors, which Adam
   * blows up to the size of the rest. The reference's errors alone make a difference of up to 9e-5;
   * in float64 we add none.
   */
  private static DataType type(GaLoreUpdater config) {
    return config.getProjection() == Projection.FULL ? DataType.DOUBLE : DataType.FLOAT;
  }

  private static GaLoreUpdater config(JsonNode golden) {
    return GaLoreUpdater.builder()
        .learningRate(golden.get("lr").asDouble())
        .rank(golden.get("rank").asInt())
        .refreshInterval(golden.get("update_proj_gap").asInt())
        .scale(golden.get("scale").asDouble())
        .beta1(golden.get("betas").get(0).asDouble())
        .beta2(golden.get("betas").get(1).asDouble())
        .epsilon(golden.get("eps").asDouble())
        .projection(Projection.valueOf(golden.get("proj_type").asText().toUpperCase(Locale.ROOT)))
        .subspaceFinder(new ReferenceSigns(SubspaceFinder.exact()))
        .build();
  }
}
