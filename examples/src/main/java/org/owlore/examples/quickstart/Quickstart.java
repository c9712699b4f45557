package org.owlore.examples.quickstart;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import lombok.NonNull;
import org.owlore.examples.data.DataConfiguration;
import org.owlore.examples.data.DataLoader;
import org.owlore.examples.data.Example;
import org.owlore.examples.data.TokenBatches;
import org.owlore.examples.data.TokenizedData;
import org.owlore.examples.learningrate.Decay;
import org.owlore.examples.learningrate.LearningRateSchedule;
import org.owlore.finetune.BatchSource;
import org.owlore.finetune.CalibrationPass;
import org.owlore.finetune.Evaluator;
import org.owlore.finetune.FineTuneConfiguration;
import org.owlore.finetune.FineTuneReport;
import org.owlore.finetune.FineTuner;
import org.owlore.finetune.Method;
import org.owlore.finetune.StepListener;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.graph.LanguageModel;
import org.owlore.huggingface.HuggingFaceCheckpoint;
import org.owlore.scoring.LayerScores;
import org.owlore.scoring.OutlierRatio;

/**
 * Teaches the embedded model to answer questions about stories. It was pretrained on stories alone
 * and has never seen a question.
 *
 * <p>Everything lies in one folder: {@code base} (the model before), {@code train.jsonl} and {@code
 * test.jsonl}; {@link #save} adds {@code tuned}.
 */
public final class Quickstart {
  /** Steps of a run that has time enough to learn the task. */
  public static final int STEPS = 300;

  private static final int TRAINING_QUESTIONS = 6_000;
  private static final int TEST_QUESTIONS = 400;
  private static final int BATCH_SIZE = 32;
  private static final int CALIBRATION_ROWS = 128;
  private static final double TAU = 5;
  private static final int RANK = 8;
  private static final int GAMMA = 2;
  private static final int INTERVAL = 20;
  private static final double LEARNING_RATE = 3e-3;

  private final HuggingFaceCheckpoint base;
  private final TokenizedData training;
  private final TokenizedData test;
  private final int steps;

  /**
   * Writes model and data into a folder.
   *
   * @param folder is made if it does not exist
   * @param steps how long to train
   */
  public Quickstart(@NonNull Path folder, int steps) {
    Path directory = EmbeddedModel.copyTo(folder.resolve("base"));
    List<Example.Instruction> questions = QuestionFile.questions(2, TRAINING_QUESTIONS, Set.of());
    Set<String> known =
        questions.stream().map(Example.Instruction::prompt).collect(Collectors.toSet());
    QuestionFile.write(folder.resolve("train.jsonl"), questions);
    QuestionFile.write(
        folder.resolve("test.jsonl"), QuestionFile.questions(3, TEST_QUESTIONS, known));
    DataLoader loader =
        new DataLoader(
            directory,
            DataConfiguration.builder().maximumLength(Pretraining.MAXIMUM_LENGTH).build());
    this.base = HuggingFaceCheckpoint.open(directory);
    this.training = loader.load(folder.resolve("train.jsonl"));
    this.test = loader.load(folder.resolve("test.jsonl"));
    this.steps = steps;
  }

  /** The pretrained model, anew each time. */
  public LanguageModel load() {
    return base.load();
  }

  /** Outlier ratio of each layer on training data. */
  public LayerScores scores(@NonNull LanguageModel model) {
    TokenizedData calibration = training.first(CALIBRATION_ROWS);
    return CalibrationPass.score(
        model, TokenBatches.once(calibration, CALIBRATION_ROWS), new OutlierRatio(TAU));
  }

  /** Share of held-out answers that a model gives right, from 0 to 1. */
  public double accuracy(@NonNull LanguageModel model) {
    try (Evaluator evaluator = new Evaluator(model)) {
      return AnswerAccuracy.of(evaluator, TokenBatches.once(test, BATCH_SIZE));
    }
  }

  /**
   * Fine-tunes a model in place.
   *
   * @param scores of the model's layers, for the methods that need them
   * @param listener hears of each step
   */
  public Trial train(
      @NonNull LanguageModel model,
      @NonNull Method method,
      @NonNull LayerScores scores,
      @NonNull StepListener listener) {
    BatchSource batches = TokenBatches.shuffled(training, BATCH_SIZE, 0);
    long start = System.nanoTime();
    FineTuneReport report;
    try (FineTuner tuner = new FineTuner(model, configuration(method, scores))) {
      report = tuner.fit(batches, steps, listener);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Trial(
        method, report.losses(), accuracy(model), report.peak(), report.changed().size(), seconds);
  }

  /** Writes a fine-tuned model. */
  public void save(@NonNull LanguageModel model, @NonNull Path directory) {
    base.save(model, directory);
  }

  private FineTuneConfiguration configuration(Method method, LayerScores scores) {
    return FineTuneConfiguration.builder()
        .method(method)
        .updater(
            GaLoreUpdater.builder()
                .learningRateSchedule(
                    new LearningRateSchedule(LEARNING_RATE, Decay.LINEAR, 0, steps))
                .rank(RANK)
                .build())
        .scores(scores)
        .gamma(GAMMA)
        .interval(INTERVAL)
        .build();
  }
}
