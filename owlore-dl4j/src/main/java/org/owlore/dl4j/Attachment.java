package org.owlore.dl4j;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.util.TimeSeriesUtils;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.dataset.adapter.SingletonMultiDataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.owlore.dl4j.calibration.ScorableNetwork;
import org.owlore.dl4j.network.Block;
import org.owlore.dl4j.network.Network;
import org.owlore.dl4j.schedule.SamplingRecord;
import org.owlore.scoring.LayerMetric;
import org.owlore.scoring.LayerScores;
import org.owlore.scoring.OutlierRatio;

/** What happens when a sampler meets its network. */
final class Attachment {
  private static final double TAU = 2;

  private Attachment() {}

  /**
   * Refuses a network that has another sampler.
   *
   * @throws IllegalStateException if it has
   */
  static void requireAlone(OutlierWeighedLayerSampler sampler, Model model) {
    for (TrainingListener listener : listeners(model)) {
      if (listener instanceof OutlierWeighedLayerSampler && listener != sampler) {
        throw new IllegalStateException(
            "The network has two OutlierWeighedLayerSamplers: attach one only.");
      }
    }
  }

  /**
   * Refuses optimization algorithms that go through several gradients a step.
   *
   * @throws IllegalStateException if it is another than stochastic gradient descent
   */
  static void requireGradientDescent(Model model) {
    OptimizationAlgorithm algorithm = model.conf().getOptimizationAlgo();
    if (algorithm != OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT) {
      throw new IllegalStateException(
          "Blocks are sampled with STOCHASTIC_GRADIENT_DESCENT (and any updater) only, but the network is optimized by %s."
              .formatted(algorithm));
    }
  }

  /** The record of a run that goes on. */
  static SamplingRecord restored(SamplerSettings settings, Network network, List<String> blocks) {
    SamplingRecord record = SamplingRecord.read(settings.samplingFile());
    if (!record.blocks().equals(blocks)) {
      throw new IllegalArgumentException(
          "The sampling file %s is of a network with the blocks %s, but this one has %s: give each network a file of its own, or delete the file to begin anew."
              .formatted(settings.samplingFile(), record.blocks(), blocks));
    }
    if (record.firstIteration() > network.iteration()) {
      throw new IllegalArgumentException(
          "The sampling file %s is of a run that began sampling at iteration %d, but the network is at iteration %d: delete the file to begin anew."
              .formatted(settings.samplingFile(), record.firstIteration(), network.iteration()));
    }
    boolean wantsScores = settings.distribution() == null && settings.schedule() == null;
    if (wantsScores != record.scores().isPresent()) {
      throw new IllegalArgumentException(
          "The sampling file %s is of a run that drew blocks %s scores: go on with its settings, or delete the file to begin anew."
              .formatted(settings.samplingFile(), wantsScores ? "without" : "by"));
    }
    return record;
  }

  private static Collection<TrainingListener> listeners(Model model) {
    return model instanceof MultiLayerNetwork layered
        ? layered.getListeners()
        : ((ComputationGraph) model).getListeners();
  }

  /** Scores the blocks of a network on the calibration data, or on the batch it has before it. */
  static LayerScores measure(SamplerSettings settings, Network network, List<Block> blocks) {
    LayerMetric metric = settings.metric() == null ? new OutlierRatio(TAU) : settings.metric();
    MultiDataSetIterator data =
        settings.calibration() == null ? present(network.model()) : settings.calibration();
    return metric.score(ScorableNetwork.of(network, blocks, data));
  }

  private static MultiDataSetIterator present(Model model) {
    if (model instanceof MultiLayerNetwork layered) {
      return batch(new INDArray[] {layered.getInput()}, new INDArray[] {mask(layered)});
    }
    ComputationGraph graph = (ComputationGraph) model;
    return batch(graph.getInputs(), graph.getInputMaskArrays());
  }

  /**
   * The features' mask, which the network has handed to its first layer, row by row or flat.
   *
   * @throws IllegalStateException if the first layer is one that forgets it, and there is one
   */
  private static INDArray mask(MultiLayerNetwork network) {
    INDArray mask = network.getLayers()[0].getMaskArray();
    boolean masked = Stream.of(network.getLayers()).anyMatch(layer -> layer.getMaskArray() != null);
    if (mask == null && masked && network.getInput().rank() == 3) {
      throw new IllegalStateException(
          "The first batch is masked, but its first layer does not tell what is padding: give the sampler calibration(..) data to score blocks with.");
    }
    int examples = network.getInputMiniBatchSize();
    return mask == null || mask.size(0) == examples
        ? mask
        : TimeSeriesUtils.reshapeVectorToTimeSeriesMask(mask, examples);
  }

  private static MultiDataSetIterator batch(INDArray[] inputs, INDArray[] masks) {
    boolean masked = masks != null && Stream.of(masks).anyMatch(Objects::nonNull);
    return new SingletonMultiDataSetIterator(
        new MultiDataSet(inputs, null, masked ? masks : null, null));
  }
}
