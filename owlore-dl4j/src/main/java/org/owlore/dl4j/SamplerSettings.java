package org.owlore.dl4j;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import lombok.NonNull;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.owlore.dl4j.blocks.Grouping;
import org.owlore.sampling.Draw;
import org.owlore.sampling.LayerDistribution;
import org.owlore.sampling.LayerSampler;
import org.owlore.sampling.LayerSchedule;
import org.owlore.sampling.SamplingInterval;
import org.owlore.scoring.LayerMetric;
import org.owlore.scoring.LayerScores;

/**
 * The validated settings of a sampler; {@link OutlierWeighedLayerSamplerBuilder} documents them.
 *
 * @param gamma null for 2, or fewer where fewer blocks can be drawn
 * @param calibration null for the first batch
 * @param scores null if not given ahead
 * @param distribution null unless blocks are drawn without scores
 * @param schedule null unless all draws are given
 * @param samplingFile null for none
 */
record SamplerSettings(
    Integer gamma,
    @NonNull SamplingInterval interval,
    long seed,
    @NonNull Draw draw,
    @NonNull Grouping grouping,
    LayerMetric metric,
    MultiDataSetIterator calibration,
    LayerScores scores,
    IntFunction<LayerDistribution> distribution,
    LayerSchedule schedule,
    Path samplingFile) {

  private static final int GAMMA = 2;

  SamplerSettings {
    if (gamma != null && gamma < 1) {
      throw new IllegalArgumentException(
          "gamma is %d: at least 1 block must be sampled.".formatted(gamma));
    }
    long ways =
        Stream.of(
                Optional.ofNullable(metric == null ? calibration : metric),
                Optional.ofNullable(scores),
                Optional.ofNullable(distribution),
                Optional.ofNullable(schedule))
            .filter(Optional::isPresent)
            .count();
    if (ways > 1) {
      throw new IllegalArgumentException(
          "Blocks are drawn by scores that are measured (metric, calibration) or given (scores), by a distribution, or by a schedule: give one of these only.");
    }
  }

  /** Whether blocks are drawn by scores that must be measured. */
  boolean measuresScores() {
    return scores == null && distribution == null && schedule == null;
  }

  /**
   * The draws for a network.
   *
   * @param known scores of its blocks, where they count
   */
  LayerSchedule scheduleOf(int blocks, Optional<LayerScores> known) {
    if (schedule != null) {
      return schedule;
    }
    LayerDistribution shares =
        known.isPresent() ? byScores(blocks, known.get()) : distribution.apply(blocks);
    int size = gamma == null ? Math.min(GAMMA, shares.drawable()) : gamma;
    return new LayerSampler(shares, size, draw, seed);
  }

  private static LayerDistribution byScores(int blocks, LayerScores scores) {
    if (scores.scores().size() != blocks) {
      throw new IllegalArgumentException(
          "There are %d scores (%s) for %d blocks: score this network, with these blocks, again."
              .formatted(scores.scores().size(), scores.metric(), blocks));
    }
    return scores.lowMeansImportant()
        ? LayerDistribution.reversed(scores.toArray())
        : LayerDistribution.proportionalTo(scores.toArray());
  }
}
