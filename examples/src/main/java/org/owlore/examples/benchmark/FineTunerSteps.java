package org.owlore.examples.benchmark;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import lombok.NonNull;
import org.owlore.finetune.BatchSource;
import org.owlore.finetune.FineTuner;
import org.owlore.finetune.Method;
import org.owlore.finetune.StepReport;

/**
 * Our steps. A fine-tuner trains in one go, so that it does so on a thread of its own, which waits
 * after each step for the next turn.
 */
public final class FineTunerSteps implements Contender {
  /** What this contender is called unless there are several of it. */
  public static final String NAME = "owlore";

  private final String name;
  private final FineTuner tuner;
  private final Method method;
  private final BlockingQueue<Boolean> turns = new ArrayBlockingQueue<>(1);
  private final Thread training;
  private volatile CompletableFuture<StepReport> asked = new CompletableFuture<>();

  /**
   * Gets ready for the first step.
   *
   * @param name what it is called
   * @param tuner trains; closed with this contender
   * @param method how it trains
   * @param batches what it trains on
   * @param steps how many there will be at most
   */
  public FineTunerSteps(
      @NonNull String name,
      @NonNull FineTuner tuner,
      @NonNull Method method,
      @NonNull BatchSource batches,
      int steps) {
    this.name = name;
    this.tuner = tuner;
    this.method = method;
    this.training = new Thread(() -> train(batches, steps), name + " " + method.label());
    training.start();
  }

  private void train(BatchSource batches, int steps) {
    try (tuner) {
      if (awaitTurn()) {
        tuner.fit(batches, steps, this::handOver);
      }
      asked.completeExceptionally(new IllegalStateException("No training step is left."));
    } catch (RuntimeException | Error e) {
      asked.completeExceptionally(e);
    }
  }

  private boolean handOver(StepReport report) {
    asked.complete(report);
    return awaitTurn();
  }

  private boolean awaitTurn() {
    try {
      return turns.take();
    } catch (InterruptedException e) {
      return false;
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean takesPart(Turn turn) {
    return turn.method() == method;
  }

  @Override
  public Timing step(Turn turn) {
    asked = new CompletableFuture<>();
    turns.add(true);
    StepReport report = await(asked);
    double total = report.seconds() * 1e3;
    double plan = report.profile().total() / 1e6;
    return new Timing(total, report.profile().updates() / 1e6, total - plan);
  }

  private static StepReport await(CompletableFuture<StepReport> report) {
    try {
      return report.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw e;
    }
  }

  /** Ends the training after the step that was made last. */
  @Override
  public void close() {
    turns.offer(false);
    try {
      training.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
