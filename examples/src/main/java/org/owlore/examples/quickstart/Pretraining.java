package org.owlore.examples.quickstart;

import java.nio.file.Path;
import java.util.List;
import lombok.NonNull;
import org.owlore.examples.data.DataConfiguration;
import org.owlore.examples.data.DataLoader;
import org.owlore.examples.data.Example;
import org.owlore.examples.data.TokenBatches;
import org.owlore.examples.data.TokenizedData;
import org.owlore.examples.learningrate.Decay;
import org.owlore.examples.learningrate.LearningRateSchedule;
import org.owlore.examples.report.AtomicFile;
import org.owlore.finetune.FineTuneConfiguration;
import org.owlore.finetune.FineTuneReport;
import org.owlore.finetune.FineTuner;
import org.owlore.finetune.Method;
import org.owlore.finetune.StepListener;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.graph.LanguageModel;
import org.owlore.huggingface.Architecture;
import org.owlore.huggingface.HuggingFaceCheckpoint;
import org.owlore.huggingface.HuggingFaceConfig;
import org.owlore.huggingface.LlamaGraph;
import org.owlore.huggingface.RandomWeights;
import org.owlore.huggingface.RopeScaling;
import org.owlore.safetensors.TensorType;

/**
 * Makes the model that the quickstart begins with: a Llama of eight layers, trained from random
 * weights on stories alone, with every weight and full-rank AdamW.
 *
 * @param stories how many stories to train on
 * @param steps how many steps to make
 */
public record Pretraining(int stories, int steps) {
  /** What the embedded model was made with. */
  public static final Pretraining EMBEDDED = new Pretraining(30_000, 1_200);

  static final int MAXIMUM_LENGTH = 64;

  private static final int BATCH_SIZE = 32;
  private static final double LEARNING_RATE = 3e-3;
  private static final long SEED = 1;

  /**
   * Trains a model and writes it.
   *
   * @param out becomes a checkpoint with tokenizer
   * @param listener hears of each step
   */
  public FineTuneReport run(@NonNull Path out, @NonNull StepListener listener) {
    AtomicFile.write(out.resolve("tokenizer.json"), WordTokenizer.json());
    AtomicFile.write(
        out.resolve("config.json"), "{\"eos_token_id\": %d}".formatted(WordTokenizer.END));
    TokenizedData data = corpus(out);
    HuggingFaceConfig config = config();
    LanguageModel model = LlamaGraph.build(config, new RandomWeights(config, SEED));
    FineTuneConfiguration configuration =
        FineTuneConfiguration.builder()
            .method(Method.FULL)
            .updater(
                GaLoreUpdater.builder()
                    .learningRateSchedule(
                        new LearningRateSchedule(LEARNING_RATE, Decay.COSINE, steps / 20, steps))
                    .build())
            .build();
    FineTuneReport report;
    try (FineTuner tuner = new FineTuner(model, configuration)) {
      report = tuner.fit(TokenBatches.shuffled(data, BATCH_SIZE, SEED), steps, listener);
    }
    HuggingFaceCheckpoint.create(config, name -> model.graph().getVariable(name).getArr(), out);
    return report;
  }

  private TokenizedData corpus(Path checkpoint) {
    DataConfiguration packed =
        DataConfiguration.builder().maximumLength(MAXIMUM_LENGTH).packing(true).build();
    return new DataLoader(checkpoint, packed)
        .load(
            new StoryTeller(SEED)
                .stories()
                .limit(stories)
                .map(story -> new Example.Document(story.text())));
  }

  private static HuggingFaceConfig config() {
    return HuggingFaceConfig.builder()
        .architecture(Architecture.LLAMA)
        .vocabularySize(WordTokenizer.vocabularySize())
        .hiddenSize(64)
        .intermediateSize(176)
        .layers(8)
        .heads(4)
        .keyValueHeads(2)
        .headDimension(16)
        .maximumLength(MAXIMUM_LENGTH)
        .normEpsilon(1e-5)
        .ropeTheta(10_000)
        .ropeScaling(new RopeScaling.None())
        .tiedEmbedding(false)
        .slidingWindows(List.of())
        .initializerRange(0.05)
        .type(TensorType.F32)
        .beginOfSequence(List.of(WordTokenizer.BEGIN))
        .endOfSequence(List.of(WordTokenizer.END))
        .build();
  }
}
