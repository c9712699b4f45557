package org.owlore.finetune;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import lombok.NonNull;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.engine.Engine;
import org.owlore.engine.PlanRequest;
import org.owlore.graph.GraphPreparation;
import org.owlore.graph.LanguageModel;
import org.owlore.sampling.FixedSchedule;
import org.owlore.sampling.LayerDistribution;
import org.owlore.sampling.LayerSampler;
import org.owlore.sampling.LayerSchedule;
import org.owlore.sampling.SamplingInterval;

/**
 * Fine-tunes a language model in place.
 *
 * <p>Runs compiled plans: nothing is computed for a frozen layer, each weight is updated as soon as
 * its gradient exists, and memory is that of the trained layers. In an interval without layers (see
 * {@link org.owlore.sampling.Draw#BERNOULLI}) embedding, final norm and head train alone; where
 * they are switched off, its steps measure the loss and change nothing. Holds off-heap memory until
 * closed; the model's weights stay with the model. Not thread-safe.
 */
public final class FineTuner implements AutoCloseable {
  private final LanguageModel model;
  private final FineTuneConfiguration configuration;
  private final TrainingDevice device;
  private final TrainedVariables variables;
  private final LayerSchedule schedule;
  private final SamplingInterval interval;

  /**
   * A fine-tuner of a model that computes where ND4J does; repairs the graph's gradients if that
   * has not been done.
   *
   * @throws IllegalArgumentException when the configuration does not fit the model, e.g. gamma
   *     exceeds the number of layers
   * @throws UnsupportedOperationException when a gradient is wrong and cannot be repaired
   */
  public FineTuner(@NonNull LanguageModel model, @NonNull FineTuneConfiguration configuration) {
    this(model, configuration, Host::new);
  }

  /**
   * A fine-tuner of a model that computes on some device.
   *
   * @param device opens the device; closed with the fine-tuner
   * @throws IllegalArgumentException as above
   * @throws UnsupportedOperationException as above
   */
  public FineTuner(
      @NonNull LanguageModel model,
      @NonNull FineTuneConfiguration configuration,
      @NonNull TrainingDevice.Factory device) {
    this.model = model;
    this.configuration = configuration;
    GraphPreparation.prepare(model.graph());
    this.schedule = schedule(model.layers().size(), configuration);
    this.interval = new SamplingInterval(configuration.interval());
    this.variables =
        new TrainedVariables(
            model.layers(),
            configuration.trainEmbedding(),
            configuration.trainFinalNorm(),
            configuration.trainHead());
    this.device =
        device.open(
            model,
            configuration,
            configuration.method().lowRank()
                ? TrainedVariables.projectable(model.layers())
                : Set.of());
  }

  /**
   * Trains.
   *
   * @param batches the data
   * @param steps how many steps to make, at least 1
   * @param listener hears of each step and can end the run
   * @throws IllegalArgumentException when the schedule does not cover that many steps, or nothing
   *     trains in any of them
   * @throws TrainingException when the loss, a gradient or a trained weight is not finite, or a
   *     sampled layer did not change
   */
  public FineTuneReport fit(
      @NonNull BatchSource batches, long steps, @NonNull StepListener listener) {
    if (steps < 1) {
      throw new IllegalArgumentException("At least 1 step is needed, but " + steps + " was asked.");
    }
    requireTraining(steps);
    device.begin();
    Set<String> trained = new TreeSet<>();
    WeightChanges changes = new WeightChanges(model.graph());
    List<Double> losses = new ArrayList<>();
    Set<Integer> sampled = new TreeSet<>();
    MemoryReport peak = new MemoryReport(0, 0, 0);
    try {
      for (long step = 0; step < steps; step++) {
        StepReport report = step(batches, step, changes);
        losses.add(report.loss());
        sampled.addAll(report.active());
        trained.addAll(variables.with(report.active()));
        peak = report.memory().total() > peak.total() ? report.memory() : peak;
        if (!listener.stepDone(report)) {
          break;
        }
      }
    } catch (RuntimeException | Error e) {
      bringBack(trained, e);
      throw e;
    }
    device.end(trained);
    Set<String> changed = changes.changed();
    requireFinite(changed);
    SampledLayers.requireChanged(model.layers(), sampled, changed);
    return new FineTuneReport(losses.size(), losses, sampled, changed, peak);
  }

  /** The steps before a failure count: the graph is to have what they made of the weights. */
  private void bringBack(Set<String> trained, Throwable failure) {
    try {
      device.end(trained);
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  @Override
  public void close() {
    device.close();
  }

  /** No step follows the last update that would notice that it went too far. */
  private void requireFinite(Set<String> changed) {
    for (String variable : changed) {
      INDArray weight = model.graph().getArrForVarName(variable);
      if (!Double.isFinite(weight.norm1Number().doubleValue())) {
        throw new TrainingException(
            "Training ended with numbers in \""
                + variable
                + "\" that are infinite or no numbers: try a smaller learning rate.");
      }
    }
  }

  /** Looks ahead, so that what would fail late fails early. */
  private void requireTraining(long steps) {
    long last = interval.of(steps - 1);
    schedule.layers(last);
    boolean any =
        LongStream.rangeClosed(0, last)
            .anyMatch(index -> !variables.with(schedule.layers(index)).isEmpty());
    if (!any) {
      throw new IllegalArgumentException(
          "Nothing would train in "
              + steps
              + " steps: no layer is sampled, and embedding, final norm and head are switched off.");
    }
  }

  private StepReport step(BatchSource batches, long step, WeightChanges changes) {
    long start = System.nanoTime();
    List<Integer> active = schedule.layers(interval.of(step));
    Set<String> trained = variables.with(active);
    if (interval.startsAt(step)) {
      device.freezeAllBut(trained);
    }
    int iteration = Math.toIntExact(step);
    int epoch = Math.toIntExact(step / batches.stepsPerEpoch());
    TrainingDevice.Outcome outcome;
    long tokens;
    try (Batch batch = batches.batch(step)) {
      batch.requireFits(model.input());
      outcome =
          device.step(
              new TrainingDevice.Step(
                  request(batch, trained),
                  batch.placeholders(),
                  iteration,
                  epoch,
                  changes::aboutToUpdate));
      tokens = batch.tokens();
    }
    double learningRate = configuration.updater().getLearningRate(iteration, epoch);
    double seconds = (System.nanoTime() - start) / 1e9;
    return new StepReport(
        step,
        outcome.loss(),
        active,
        learningRate,
        tokens,
        seconds,
        device.memory(),
        outcome.profile());
  }

  private PlanRequest request(Batch batch, Set<String> trained) {
    return PlanRequest.builder()
        .output(model.loss())
        .visit(model.loss())
        .trained(trained)
        .checkpoints(configuration.checkpointing().checkpoints(model.layers()))
        .placeholders(Engine.types(batch.placeholders()))
        .build();
  }

  private static LayerSchedule schedule(int layers, FineTuneConfiguration configuration) {
    if (!configuration.method().samplesLayers()) {
      return LayerSchedule.everyLayer(layers);
    }
    if (configuration.fixedSchedule() != null) {
      return new FixedSchedule(configuration.fixedSchedule(), layers);
    }
    LayerDistribution distribution =
        configuration.method().distribution(layers, configuration.distribution());
    if (distribution.layers() != layers) {
      throw new IllegalArgumentException(
          "The distribution is over "
              + distribution.layers()
              + " layers but the model has "
              + layers
              + ": score this model.");
    }
    return LayerSampler.builder()
        .distribution(distribution)
        .gamma(configuration.gamma())
        .draw(configuration.draw())
        .seed(configuration.seed())
        .build();
  }
}
