package org.owlore.examples.networks;

import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import lombok.NonNull;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.nd4j.linalg.learning.config.Adam;
import org.owlore.dl4j.OutlierWeighedLayerSampler;
import org.owlore.examples.benchmark.Spread;
import org.owlore.sampling.LayerDistribution;

/**
 * How long a step takes with everything trained, and with a few blocks. Steps of the two alternate.
 *
 * @param network its name
 * @param blocks number of blocks
 * @param gamma how many of them train at a time
 * @param full milliseconds of a step with everything trained
 * @param sampled milliseconds of a step with gamma blocks
 * @param ratio sampled over full, of steps made one right after the other
 */
public record StepTimes(
    @NonNull String network,
    int blocks,
    int gamma,
    @NonNull Spread full,
    @NonNull Spread sampled,
    @NonNull Spread ratio) {
  private static final int INTERVAL = 5;
  private static final int WARM_UP = 2 * INTERVAL;

  /**
   * Measures.
   *
   * @param rounds pairs of steps that count, at least 1
   */
  public static StepTimes measure(@NonNull MeasuredNetwork network, int gamma, int rounds) {
    if (rounds < 1) {
      throw new IllegalArgumentException("There are %d rounds; give at least 1.".formatted(rounds));
    }
    NeuralNetwork full = network.build().apply(new Adam());
    NeuralNetwork sampled = network.build().apply(new Adam());
    OutlierWeighedLayerSampler sampler =
        OutlierWeighedLayerSampler.builder()
            .gamma(gamma)
            .interval(INTERVAL)
            .blockPattern(network.blockPattern().pattern())
            .neverTrain(network.neverTrained().toArray(String[]::new))
            .distribution(LayerDistribution::uniform)
            .build();
    ((Model) sampled).setListeners(sampler);
    double[] fullTimes = new double[rounds];
    double[] sampledTimes = new double[rounds];
    for (int i = -WARM_UP; i < rounds; i++) {
      double one = milliseconds(full, network);
      double other = milliseconds(sampled, network);
      if (i >= 0) {
        fullTimes[i] = one;
        sampledTimes[i] = other;
      }
    }
    DoubleStream ratios =
        IntStream.range(0, rounds).mapToDouble(i -> sampledTimes[i] / fullTimes[i]);
    return new StepTimes(
        network.name(),
        network.blocks(),
        gamma,
        Spread.of(DoubleStream.of(fullTimes)),
        Spread.of(DoubleStream.of(sampledTimes)),
        Spread.of(ratios));
  }

  private static double milliseconds(NeuralNetwork model, MeasuredNetwork network) {
    long start = System.nanoTime();
    model.fit(network.batch());
    return (System.nanoTime() - start) / 1e6;
  }
}
