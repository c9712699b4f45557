package org.owlore.examples.benchmark;

import lombok.Getter;
import lombok.RequiredArgsConstructor;
import lombok.experimental.Accessors;
import org.owlore.huggingface.Architecture;
import org.owlore.huggingface.HuggingFaceConfig;

/** The Llamas that are measured, with random weights. */
@Getter
@Accessors(fluent = true)
@RequiredArgsConstructor
public enum BenchmarkModel {
  /** For trying the commands out: measures nothing but overhead. */
  TINY(2, 32, 48, 2, 64, 2, 16),
  /** 27 million weights. */
  S(8, 512, 1376, 8, 4096, 4, 128),
  /** 168 million weights. */
  M(8, 1024, 2816, 8, 32_000, 1, 256),
  /** 1.3 billion weights; for GPUs. */
  LLAMA_1B(22, 2048, 5632, 32, 32_000, 4, 512),
  /** The shape of Llama 2 7B, 6.7 billion weights; for GPUs. */
  LLAMA2_7B(32, 4096, 11_008, 32, 32_000, 1, 512);

  private static final int MAXIMUM_LENGTH = 4096;

  private final int blocks;
  private final int hidden;
  private final int intermediate;
  private final int heads;
  private final int vocabulary;

  /** Rows of a batch unless asked otherwise. */
  private final int batch;

  /** Tokens of a row unless asked otherwise. */
  private final int length;

  /** How many numbers the matrices of a block have. */
  public long blockNumbers() {
    return 4L * hidden * hidden + 3L * hidden * intermediate;
  }

  /** The shape of the model. */
  public HuggingFaceConfig config() {
    return HuggingFaceConfig.builder()
        .architecture(Architecture.LLAMA)
        .vocabularySize(vocabulary)
        .hiddenSize(hidden)
        .intermediateSize(intermediate)
        .layers(blocks)
        .heads(heads)
        .keyValueHeads(heads)
        .headDimension(hidden / heads)
        .maximumLength(MAXIMUM_LENGTH)
        .build();
  }
}
