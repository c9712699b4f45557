package org.owlore.examples.benchmark.device;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.owlore.finetune.FineTuneConfiguration;
import org.owlore.finetune.FineTuner;
import org.owlore.finetune.Method;
import org.owlore.finetune.TrainingDevice;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.graph.LanguageModel;

/**
 * The gradients of a model's first batch as a device shows them: by what a step does to the
 * weights.
 *
 * <p>With an epsilon of 1, far above the root of the second moment, Adam's first step takes {@code
 * SIZE g / (1 + ROOT |g|)} from a weight, which is solved for g here.
 *
 * @param byName gradient of each weight
 */
record StepGradients(Map<String, INDArray> byName) {
  private static final double SIZE = 10;
  private static final double ROOT = Math.sqrt(1 - 0.999);

  static StepGradients of(SmallModel model, TrainingDevice.Factory device) {
    LanguageModel trained = model.build();
    Map<String, INDArray> before = new LinkedHashMap<>();
    for (SDVariable variable : trained.graph().variables()) {
      if (variable.getVariableType() == VariableType.VARIABLE) {
        before.put(variable.name(), variable.getArr().dup());
      }
    }
    FineTuneConfiguration configuration =
        model.configuration(Method.FULL).toBuilder()
            .updater(GaLoreUpdater.builder().learningRate(SIZE / ROOT).epsilon(1).build())
            .build();
    try (FineTuner tuner = new FineTuner(trained, configuration, device)) {
      tuner.fit(model.batches(), 1, report -> true);
    }
    Map<String, INDArray> gradients = new LinkedHashMap<>();
    before.forEach(
        (name, old) ->
            gradients.put(name, solved(old.sub(trained.graph().getArrForVarName(name)))));
    return new StepGradients(gradients);
  }

  private static INDArray solved(INDArray taken) {
    return taken.div(Transforms.abs(taken).mul(-ROOT).add(SIZE));
  }

  /** The largest distance of a weight's gradient from another, as a share of the other's norm. */
  double distance(Function<String, INDArray> others) {
    return byName.entrySet().stream()
        .mapToDouble(
            entry -> {
              INDArray other = others.apply(entry.getKey());
              return entry.getValue().distance2(other) / other.norm2Number().doubleValue();
            })
        .reduce(0, Math::max);
  }
}
