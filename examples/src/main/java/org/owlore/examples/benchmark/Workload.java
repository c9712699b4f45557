package org.owlore.examples.benchmark;

import java.util.List;
import lombok.NonNull;
import org.owlore.finetune.BatchSource;
import org.owlore.finetune.FineTuneConfiguration;
import org.owlore.finetune.Method;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.graph.GraphPreparation;
import org.owlore.graph.LanguageModel;
import org.owlore.huggingface.LlamaGraph;
import org.owlore.huggingface.RandomWeights;
import org.owlore.precision.StorageType;

/**
 * What is computed in a step.
 *
 * @param model the model's shape
 * @param batch rows of a batch, at least 1
 * @param length tokens of a row, from 1 to the model's maximum
 * @param rank dimensions of GaLore's subspace, at least 1
 * @param gamma blocks that train at a time where a method samples, from 1 to the model's number
 */
public record Workload(@NonNull BenchmarkModel model, int batch, int length, int rank, int gamma) {
  private static final long SEED = 1;
  private static final double LEARNING_RATE = 1e-5;

  /** Checks the numbers. */
  public Workload {
    requireWithin("rows of a batch", batch, Integer.MAX_VALUE);
    requireWithin("tokens of a row", length, model.config().maximumLength());
    requireWithin("rank", rank, Integer.MAX_VALUE);
    requireWithin("blocks at a time", gamma, model.blocks());
  }

  /** A new model with random weights, ready for training. */
  public LanguageModel build() {
    LanguageModel built = LlamaGraph.build(model.config(), new RandomWeights(model.config(), SEED));
    GraphPreparation.prepare(built.graph());
    return built;
  }

  /**
   * A new model whose random weights repeat, which makes billions of them in seconds.
   *
   * @param storage as what its matrices lie in memory
   */
  public LanguageModel build(@NonNull StorageType storage) {
    RepeatedNoise noise = new RepeatedNoise(model.config(), SEED, storage);
    LanguageModel built = LlamaGraph.build(model.config(), noise, storage);
    GraphPreparation.prepare(built.graph());
    return built;
  }

  /** Random token ids; each step has its own. */
  public BatchSource batches() {
    return new RandomBatches(batch, length, model.vocabulary());
  }

  /**
   * How a method trains.
   *
   * @param interval steps between two draws of blocks
   * @param refresh steps between two searches for a subspace
   * @param schedule the blocks of each interval, for the methods that sample
   */
  public FineTuneConfiguration configuration(
      Method method, int interval, int refresh, List<List<Integer>> schedule) {
    return FineTuneConfiguration.builder()
        .method(method)
        .updater(
            GaLoreUpdater.builder()
                .learningRate(LEARNING_RATE)
                .rank(rank)
                .refreshInterval(refresh)
                .build())
        .interval(interval)
        .fixedSchedule(method.samplesLayers() ? schedule : null)
        .build();
  }

  /** The workload in words. */
  public String describe() {
    return "model %s (%d blocks, hidden %d, MLP %d, %d heads, vocabulary %d), batch %d x %d"
        .formatted(
            model,
            model.blocks(),
            model.hidden(),
            model.intermediate(),
            model.heads(),
            model.vocabulary(),
            batch,
            length);
  }

  private static void requireWithin(String what, int actual, int most) {
    if (actual < 1 || actual > most) {
      throw new IllegalArgumentException(
          most == Integer.MAX_VALUE
              ? "The %s must be at least 1, but it is %d.".formatted(what, actual)
              : "The %s must be from 1 to %d, but it is %d.".formatted(what, most, actual));
    }
  }
}
