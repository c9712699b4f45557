package org.owlore.examples.benchmark;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.owlore.finetune.Method;
import org.owlore.sampling.Draw;
import org.owlore.sampling.LayerDistribution;
import org.owlore.sampling.LayerSampler;
import org.owlore.sampling.SamplingInterval;

/**
 * How many steps are made, and with which blocks.
 *
 * @param warmUp rounds before anything counts, at least 0
 * @param measured rounds that count, at least 1
 * @param interval rounds between two draws of blocks, at least 1
 * @param seed of the draws
 */
public record Rounds(int warmUp, int measured, int interval, long seed) {

  /** Checks the numbers. */
  public Rounds {
    if (warmUp < 0 || measured < 1 || interval < 1) {
      throw new IllegalArgumentException(
          ("There must be at least 0 rounds of warm-up, 1 that is measured and 1 between draws,"
                  + " but they are %d, %d and %d.")
              .formatted(warmUp, measured, interval));
    }
  }

  /**
   * Checks that a method has a step that counts: one without a draw.
   *
   * @throws IllegalArgumentException if it has none
   */
  public void requireOrdinaryStep(Method method) {
    int every = method.samplesLayers() ? interval : total();
    if (IntStream.range(warmUp, total()).allMatch(round -> round % every == 0)) {
      throw new IllegalArgumentException(
          "Blocks would be drawn in every round of %s that is measured, and such rounds do not count: ask for more rounds or a longer interval."
              .formatted(method.label()));
    }
  }

  /** All rounds, warm-up included. */
  public int total() {
    return Math.addExact(warmUp, measured);
  }

  /** The blocks of each interval, drawn uniformly as in training. */
  public List<List<Integer>> schedule(int blocks, int gamma) {
    LayerSampler sampler =
        LayerSampler.builder()
            .distribution(LayerDistribution.uniform(blocks))
            .gamma(gamma)
            .draw(Draw.EXACT)
            .seed(seed)
            .build();
    long last = new SamplingInterval(interval).of(total() - 1);
    return LongStream.rangeClosed(0, last).mapToObj(sampler::layers).toList();
  }

  /** The step of a method in a round. */
  public Turn turn(int round, Method method, List<List<Integer>> schedule, int blocks) {
    List<Integer> active =
        method.samplesLayers()
            ? schedule.get(round / interval)
            : IntStream.range(0, blocks).boxed().toList();
    boolean drawn = method.samplesLayers() ? round % interval == 0 : round == 0;
    return new Turn(round, method, active, round >= warmUp, drawn);
  }
}
