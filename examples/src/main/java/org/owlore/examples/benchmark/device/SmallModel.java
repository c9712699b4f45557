package org.owlore.examples.benchmark.device;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import lombok.RequiredArgsConstructor;
import org.owlore.examples.benchmark.RandomBatches;
import org.owlore.finetune.BatchSource;
import org.owlore.finetune.FineTuneConfiguration;
import org.owlore.finetune.Method;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.graph.LanguageModel;
import org.owlore.huggingface.Architecture;
import org.owlore.huggingface.HuggingFaceConfig;
import org.owlore.huggingface.LlamaGraph;
import org.owlore.huggingface.RandomWeights;
import org.owlore.precision.StorageType;
import org.owlore.safetensors.TensorType;

/** The Llamas on which a device is compared with the CPU and with PyTorch, and how they train. */
@RequiredArgsConstructor
enum SmallModel {
  /** As many key heads as query heads, a head of its own. */
  PLAIN(4, false, StorageType.FLOAT32),
  /** Grouped-query attention, and a head that is the embedding. */
  GROUPED(2, true, StorageType.FLOAT32),
  /** As {@link #GROUPED}, with weights in bf16. */
  NARROW(2, true, StorageType.BF16);

  static final int STEPS = 20;
  static final int RANK = 8;
  static final double LEARNING_RATE = 1e-3;

  private static final int BLOCKS = 3;
  private static final int HIDDEN = 64;
  private static final int HEADS = 4;
  private static final int VOCABULARY = 128;
  private static final int ROWS = 2;
  private static final int LENGTH = 24;
  private static final int INTERVAL = 5;
  private static final double WEIGHT_SIZE = 0.1;
  private static final long SEED = 1;

  private final int keyValueHeads;
  private final boolean tied;
  private final StorageType storage;

  StorageType storage() {
    return storage;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  HuggingFaceConfig config() {
    return HuggingFaceConfig.builder()
        .architecture(Architecture.LLAMA)
        .vocabularySize(VOCABULARY)
        .hiddenSize(HIDDEN)
        .intermediateSize(3 * HIDDEN / 2)
        .layers(BLOCKS)
        .heads(HEADS)
        .keyValueHeads(keyValueHeads)
        .headDimension(HIDDEN / HEADS)
        .maximumLength(LENGTH)
        .tiedEmbedding(tied)
        .initializerRange(WEIGHT_SIZE)
        .type(storage == StorageType.BF16 ? TensorType.BF16 : TensorType.F32)
        .build();
  }

  /** A new model, always with the same weights. */
  LanguageModel build() {
    return LlamaGraph.build(config(), new RandomWeights(config(), SEED), storage);
  }

  BatchSource batches() {
    return new RandomBatches(ROWS, LENGTH, VOCABULARY);
  }

  /** The blocks that train at each step, where a method samples. */
  List<Integer> blocks(int step) {
    return List.of((step / INTERVAL + 1) % BLOCKS);
  }

  FineTuneConfiguration configuration(Method method) {
    List<List<Integer>> schedule = new ArrayList<>();
    IntStream.iterate(0, step -> step < STEPS, step -> step + INTERVAL)
        .forEach(step -> schedule.add(blocks(step)));
    return FineTuneConfiguration.builder()
        .method(method)
        .updater(GaLoreUpdater.builder().learningRate(LEARNING_RATE).rank(RANK).build())
        .interval(INTERVAL)
        .fixedSchedule(method.samplesLayers() ? schedule : null)
        .build();
  }
}
