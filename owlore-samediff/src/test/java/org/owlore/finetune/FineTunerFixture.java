package org.owlore.finetune;

import java.util.List;
import java.util.stream.Stream;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.graph.LanguageModel;
import org.owlore.sampling.LayerDistribution;
import org.owlore.testing.TinyLlama;

/** A tiny model, data and settings for the tests of {@link FineTuner}. */
abstract class FineTunerFixture {
  static final BatchSource DATA = TinyLlama.batches(3, 3, 6);

  LanguageModel model = TinyLlama.untied(1);

  static GaLoreUpdater.GaLoreUpdaterBuilder galore() {
    return GaLoreUpdater.builder().learningRate(0.01).rank(4).refreshInterval(3);
  }

  static FineTuneConfiguration.FineTuneConfigurationBuilder configuration(Method method) {
    return FineTuneConfiguration.builder()
        .method(method)
        .updater(galore().build())
        .distribution(LayerDistribution.proportionalTo(3, 1, 2))
        .gamma(2)
        .interval(2);
  }

  FineTuneReport fit(FineTuneConfiguration configuration, long steps) {
    try (FineTuner tuner = new FineTuner(model, configuration)) {
      return tuner.fit(DATA, steps, StepListener.NONE);
    }
  }

  List<String> everything() {
    return Stream.concat(
            TinyLlama.variables(model.layers(), 0, 1, 2).stream(),
            TinyLlama.ends(model.layers()).stream())
        .toList();
  }

  List<String> layersAndEnds(int... layers) {
    return Stream.concat(
            TinyLlama.variables(model.layers(), layers).stream(),
            TinyLlama.ends(model.layers()).stream())
        .toList();
  }

  interface Steps {
    Batch batch(long step);
  }

  static BatchSource source(Steps steps) {
    return new BatchSource() {
      @Override
      public long stepsPerEpoch() {
        return 2;
      }

      @Override
      public Batch batch(long step) {
        return steps.batch(step);
      }
    };
  }

  List<Double> fitOne(java.util.function.Supplier<Batch> batch) {
    try (FineTuner tuner = new FineTuner(model, configuration(Method.FULL).build())) {
      return tuner.fit(source(step -> batch.get()), 1, StepListener.NONE).losses();
    }
  }
}
