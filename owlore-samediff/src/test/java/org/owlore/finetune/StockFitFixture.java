package org.owlore.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.nd4j.autodiff.listeners.Listener;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.graph.LanguageModel;
import org.owlore.sampling.FixedSchedule;
import org.owlore.testing.LossRecorder;
import org.owlore.testing.StockBatches;
import org.owlore.testing.TinyLlama;

/** A tiny model in the stock {@code fit} with the listener. */
abstract class StockFitFixture {
  static final List<List<Integer>> BLOCKS =
      List.of(List.of(0, 2), List.of(1), List.of(0), List.of(1, 2));
  static final int INTERVAL = 2;
  static final int STEPS = BLOCKS.size() * INTERVAL;
  static final BatchSource DATA = TinyLlama.batches(5, 3, 6);

  final LanguageModel model = TinyLlama.untied(1);
  final SameDiff graph = model.graph();

  static GaLoreUpdater.GaLoreUpdaterBuilder galore() {
    return GaLoreUpdater.builder().learningRate(0.01).rank(4).refreshInterval(3);
  }

  static void configure(SameDiff graph, IUpdater updater) {
    graph.setTrainingConfig(
        TrainingConfig.builder()
            .updater(updater)
            .dataSetFeatureMapping(LanguageModel.INPUT_IDS, LanguageModel.ATTENTION_MASK)
            .dataSetLabelMapping(LanguageModel.LABELS)
            .build());
  }

  OutlierWeighedLayerSampler sampler(List<List<Integer>> blocks) {
    return OutlierWeighedLayerSampler.builder()
        .layers(model.layers())
        .schedule(new FixedSchedule(blocks, TinyLlama.LAYERS))
        .interval((long) INTERVAL)
        .build();
  }

  static List<Double> fit(SameDiff graph, int from, int to, Listener... listeners) {
    LossRecorder recorder = new LossRecorder();
    Listener[] all =
        Stream.concat(Stream.of(listeners), Stream.of(recorder)).toArray(Listener[]::new);
    graph.fit(new StockBatches(DATA, from, to), 1, all);
    return recorder.losses();
  }

  static List<String> everything(LanguageModel model) {
    return Stream.concat(
            TinyLlama.variables(model.layers(), 0, 1, 2).stream(),
            TinyLlama.ends(model.layers()).stream())
        .toList();
  }

  void assertEverythingTrains() {
    Map<String, INDArray> before = TinyLlama.weights(graph);
    fit(graph, 0, 2);
    assertThat(TinyLlama.changed(graph, before))
        .containsExactlyInAnyOrderElementsOf(everything(model));
  }
}
