package org.owlore.examples.networks;

import lombok.Getter;
import lombok.RequiredArgsConstructor;
import lombok.experimental.Accessors;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.learning.config.Adam;
import org.owlore.dl4j.GaLore;
import org.owlore.dl4j.OutlierWeighedLayerSampler;
import org.owlore.dl4j.OutlierWeighedLayerSamplerBuilder;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.sampling.LayerDistribution;

/** A way to fine-tune a network. The new output layer trains in all of them. */
@Getter
@Accessors(fluent = true)
@RequiredArgsConstructor
public enum TransferMethod {
  /** All layers with Adam: stock Deeplearning4j. */
  FULL("full, Adam"),
  /** All layers with GaLore. */
  GALORE("GaLore"),
  /** Blocks drawn uniformly, with Adam. */
  LISA("LISA"),
  /** Blocks drawn by their outliers, with Adam. */
  OWLORE_FULL_RANK("OwLore (full rank)"),
  /** Blocks drawn by their outliers, with GaLore. */
  OWLORE("OwLore"),
  /** The output layer alone, with Adam: stock Deeplearning4j's feature extractor. */
  LAST_LAYER("last layer only");

  private final String label;

  /** A network that is ready for {@code fit}. */
  MultiLayerNetwork network(TransferTask task, TransferSettings settings, double learningRate) {
    int frozen = this == LAST_LAYER ? settings.hidden() - 1 : -1;
    MultiLayerNetwork network = task.network(new Adam(learningRate), frozen);
    if (this == GALORE || this == OWLORE) {
      GaLore.bind(
          network,
          GaLoreUpdater.builder()
              .rank(settings.rank())
              .learningRate(learningRate)
              .refreshInterval(settings.refreshInterval())
              .build());
    }
    OutlierWeighedLayerSamplerBuilder sampler =
        OutlierWeighedLayerSampler.builder()
            .gamma(settings.gamma())
            .interval(settings.interval())
            .seed(task.seed());
    if (this == LISA) {
      network.setListeners(sampler.distribution(LayerDistribution::uniform).build());
    } else if (this == OWLORE || this == OWLORE_FULL_RANK) {
      network.setListeners(sampler.build());
    }
    return network;
  }
}
