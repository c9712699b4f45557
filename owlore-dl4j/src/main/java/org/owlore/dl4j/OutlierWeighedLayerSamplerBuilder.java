package org.owlore.dl4j;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import lombok.NonNull;
import org.nd4j.linalg.dataset.adapter.MultiDataSetIteratorAdapter;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.owlore.dl4j.blocks.Grouping;
import org.owlore.sampling.Draw;
import org.owlore.sampling.LayerDistribution;
import org.owlore.sampling.LayerSchedule;
import org.owlore.sampling.SamplingInterval;
import org.owlore.scoring.LayerMetric;
import org.owlore.scoring.LayerScores;

/** Builds a validated {@link OutlierWeighedLayerSampler}. */
public final class OutlierWeighedLayerSamplerBuilder {
  private Integer gamma;
  private long interval = 50;
  private long seed;
  private Draw draw = Draw.EXACT;
  private LayerMetric metric;
  private MultiDataSetIterator calibration;
  private LayerScores scores;
  private IntFunction<LayerDistribution> distribution;
  private LayerSchedule schedule;
  private Path samplingFile;
  private final List<List<String>> blocks = new ArrayList<>();
  private Pattern blockPattern;
  private Set<String> alwaysTrain = Set.of();
  private Set<String> neverTrain = Set.of();

  OutlierWeighedLayerSamplerBuilder() {}

  /**
   * How many blocks train at a time, exactly or on average ({@link #draw}); default 2, or 1 where
   * only one block can be drawn.
   */
  public OutlierWeighedLayerSamplerBuilder gamma(int gamma) {
    this.gamma = gamma;
    return this;
  }

  /** Iterations between two draws; default 50. */
  public OutlierWeighedLayerSamplerBuilder interval(long iterations) {
    this.interval = iterations;
    return this;
  }

  /** Picks the sequence of draws; default 0. */
  public OutlierWeighedLayerSamplerBuilder seed(long seed) {
    this.seed = seed;
    return this;
  }

  /** How blocks are drawn; default {@link Draw#EXACT}. */
  public OutlierWeighedLayerSamplerBuilder draw(@NonNull Draw draw) {
    this.draw = draw;
    return this;
  }

  /**
   * How blocks are scored; default {@code new OutlierRatio(2)}. (The paper's threshold of 13 is
   * that of large language models; small networks have no such outliers.)
   */
  public OutlierWeighedLayerSamplerBuilder metric(@NonNull LayerMetric metric) {
    this.metric = metric;
    return this;
  }

  /**
   * The data to score blocks with, read once or twice before the first update; labels do not
   * matter. Default: the first batch of {@code fit}; where that is padded and the first layer is
   * recurrent or a Convolution1D, which do not tell what is padding, give the data here.
   */
  public OutlierWeighedLayerSamplerBuilder calibration(@NonNull MultiDataSetIterator data) {
    this.calibration = data;
    return this;
  }

  /** As {@link #calibration(MultiDataSetIterator)}, for networks with one input. */
  public OutlierWeighedLayerSamplerBuilder calibration(@NonNull DataSetIterator data) {
    return calibration(new MultiDataSetIteratorAdapter(data));
  }

  /**
   * Scores that are known already, one a block, in the order of the network, e.g. {@code
   * LayerScores.of("mine", 1, 0.5, 2)}.
   */
  public OutlierWeighedLayerSamplerBuilder scores(@NonNull LayerScores scores) {
    this.scores = scores;
    return this;
  }

  /**
   * Draws without scores, e.g. {@code LayerDistribution::uniform} for LISA, or {@code
   * LayerDistribution::decreasing} for LISA-D.
   *
   * @param distribution makes the shares of a number of blocks
   */
  public OutlierWeighedLayerSamplerBuilder distribution(
      @NonNull IntFunction<LayerDistribution> distribution) {
    this.distribution = distribution;
    return this;
  }

  /** The blocks of each interval, instead of draws; gamma does not matter then. */
  public OutlierWeighedLayerSamplerBuilder schedule(@NonNull LayerSchedule schedule) {
    this.schedule = schedule;
    return this;
  }

  /**
   * Where the sampler keeps what a restarted run needs to go on the same: the scores and the
   * iteration at which it began. Read if the file exists, else written at the first iteration.
   * Default: nowhere; a restarted run then scores again.
   */
  public OutlierWeighedLayerSamplerBuilder samplingFile(@NonNull Path file) {
    this.samplingFile = file;
    return this;
  }

  /**
   * Layers that make up one block. With at least one such call, what is in no block always trains.
   * Default: each layer that has a matrix is a block, with the norms that read from it.
   *
   * @param layers names of layers, or of vertices with parameters
   */
  public OutlierWeighedLayerSamplerBuilder block(@NonNull String... layers) {
    blocks.add(List.of(layers));
    return this;
  }

  /**
   * A regular expression that is looked for in the names of layers: those with the same first group
   * make up a block, e.g. {@code "block(\\d+)"}. What does not match always trains.
   *
   * @throws IllegalArgumentException if it is no regular expression
   */
  public OutlierWeighedLayerSamplerBuilder blockPattern(@NonNull String pattern) {
    try {
      this.blockPattern = Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "The block pattern \"%s\" is no regular expression: %s at character %d."
              .formatted(pattern, e.getDescription(), e.getIndex()),
          e);
    }
    return this;
  }

  /**
   * Layers that train in every iteration, besides the heads of the network, embeddings, and batch
   * normalisation, whose statistics are what a network is evaluated with.
   */
  public OutlierWeighedLayerSamplerBuilder alwaysTrain(@NonNull String... layers) {
    this.alwaysTrain = new LinkedHashSet<>(List.of(layers));
    return this;
  }

  /**
   * Layers that never train; default none. The statistics of batch normalisation that is named here
   * stay as they are, although in training it goes by its batch.
   */
  public OutlierWeighedLayerSamplerBuilder neverTrain(@NonNull String... layers) {
    this.neverTrain = new LinkedHashSet<>(List.of(layers));
    return this;
  }

  /**
   * Builds the sampler.
   *
   * @throws IllegalArgumentException names the first bad value
   */
  public OutlierWeighedLayerSampler build() {
    return new OutlierWeighedLayerSampler(
        new SamplerSettings(
            gamma,
            new SamplingInterval(interval),
            seed,
            draw,
            new Grouping(blocks, blockPattern, alwaysTrain, neverTrain),
            metric,
            calibration,
            scores,
            distribution,
            schedule,
            samplingFile));
  }
}
