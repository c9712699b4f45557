package org.owlore.examples.cli;

import org.owlore.examples.learningrate.Decay;
import org.owlore.examples.learningrate.LearningRateSchedule;
import picocli.CommandLine.Option;

/** Mixin: the learning rate. */
final class LearningRateOptions {
  @Option(
      names = "--learning-rate",
      defaultValue = "3e-4",
      paramLabel = "X",
      description = "Highest learning rate (default: ${DEFAULT-VALUE}).")
  private double learningRate;

  @Option(
      names = "--lr-schedule",
      defaultValue = "linear",
      paramLabel = "NAME",
      description =
          "How it falls after the warm-up: linear or cosine, both towards zero, or constant"
              + " (default: ${DEFAULT-VALUE}).")
  private Decay decay;

  @Option(
      names = "--warmup-steps",
      defaultValue = "0",
      paramLabel = "STEPS",
      description = "Steps in which it rises to its highest value (default: ${DEFAULT-VALUE}).")
  private int warmUpSteps;

  LearningRateSchedule schedule(long steps) {
    return new LearningRateSchedule(learningRate, decay, warmUpSteps, Math.toIntExact(steps));
  }
}
