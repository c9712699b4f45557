package org.owlore.finetune;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import lombok.Builder;
import lombok.NonNull;
import org.nd4j.autodiff.listeners.At;
import org.nd4j.autodiff.listeners.BaseListener;
import org.nd4j.autodiff.listeners.ListenerVariables;
import org.nd4j.autodiff.listeners.Operation;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.autodiff.samediff.internal.Variable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.GradientUpdater;
import org.owlore.galore.GaLoreGradientUpdater;
import org.owlore.graph.GraphPreparation;
import org.owlore.graph.LayerMap;
import org.owlore.graph.internals.IterationFreeze;
import org.owlore.graph.internals.TrainingInternals;
import org.owlore.sampling.LayerSchedule;
import org.owlore.sampling.SamplingInterval;

/**
 * Trains a few layers at a time inside the stock {@code sd.fit(...)}: LISA and OwLore as a
 * listener.
 *
 * <p>At the first step of each interval the schedule names the layers that train; the others
 * freeze: their gradients are not computed and their updaters do not run. With a {@link
 * org.owlore.galore.GaLoreUpdater} only the layers' matrices are projected; embedding, norms and
 * head take plain AdamW. While attached, {@code fit} reports its true loss.
 *
 * <p>Prepares the graph ({@link GraphPreparation}) when {@code fit} begins. Freezes within an
 * iteration only: a {@code fit} that fails leaves a graph whose weights can all be trained. One
 * listener serves one graph, and one {@code fit} at a time, but any number of them.
 */
public final class OutlierWeighedLayerSampler extends BaseListener {
  private final LayerMap layers;
  private final LayerSchedule schedule;
  private final SamplingInterval interval;
  private final TrainedVariables variables;
  private final Set<Integer> sampled = new TreeSet<>();
  private IterationFreeze freeze;
  private WeightChanges changes;
  private Set<String> changed = Set.of();
  private List<Integer> active = List.of();
  private long current = -1;

  /**
   * A sampler.
   *
   * @param layers which variables make up which layer
   * @param schedule the layers of each interval, e.g. a {@link org.owlore.sampling.LayerSampler}
   * @param interval steps between two draws; default 50
   * @param trainEmbedding whether the embedding always trains; default true
   * @param trainFinalNorm whether the norm behind the last block always trains; default true
   * @param trainHead whether the output head always trains; default true
   */
  @Builder
  private OutlierWeighedLayerSampler(
      @NonNull LayerMap layers,
      @NonNull LayerSchedule schedule,
      Long interval,
      Boolean trainEmbedding,
      Boolean trainFinalNorm,
      Boolean trainHead) {
    this.layers = layers;
    this.schedule = schedule;
    this.interval = new SamplingInterval(interval == null ? 50 : interval);
    this.variables =
        new TrainedVariables(
            layers,
            !Boolean.FALSE.equals(trainEmbedding),
            !Boolean.FALSE.equals(trainFinalNorm),
            !Boolean.FALSE.equals(trainHead));
  }

  /** The weights that the last {@code fit} changed. */
  public Set<String> changedWeights() {
    return changed;
  }

  @Override
  public boolean isActive(Operation operation) {
    return operation == Operation.TRAINING;
  }

  /**
   * Prepares the graph. {@code fit} asks this question before it derives the gradients, and so it
   * is the place for repairing them.
   *
   * @return null: nothing is required
   * @throws UnsupportedOperationException when a gradient is wrong and cannot be repaired
   */
  @Override
  public ListenerVariables requiredVariables(SameDiff graph) {
    GraphPreparation.prepare(graph);
    return null;
  }

  @Override
  public void operationStart(SameDiff backward, Operation operation) {
    lift();
    freeze = null;
    current = -1;
    sampled.clear();
  }

  @Override
  public void iterationStart(SameDiff graph, At at, MultiDataSet data, long loadMilliseconds) {
    if (freeze == null) {
      freeze = new IterationFreeze(graph);
      changes = new WeightChanges(graph);
      projectOnly(TrainedVariables.projectable(layers), TrainingInternals.updaters(graph));
    }
    long index = interval.of(at.iteration());
    if (index != current) {
      active = schedule.layers(index);
      sampled.addAll(active);
      current = index;
    }
    freeze.apply(frozen(active));
  }

  /** From its first operation on, an iteration looks at nothing that freezing has changed. */
  @Override
  public void preOpExecution(SameDiff backward, At at, SameDiffOp op, OpContext context) {
    lift();
  }

  @Override
  public void preUpdate(SameDiff graph, At at, Variable variable, INDArray update) {
    changes.aboutToUpdate(variable.getName());
  }

  /**
   * Checks that training did what it should.
   *
   * @throws TrainingException when a sampled layer did not change
   */
  @Override
  public void operationEnd(SameDiff graph, Operation operation) {
    if (freeze == null) {
      return;
    }
    lift();
    freeze = null;
    changed = changes.changed();
    SampledLayers.requireChanged(layers, sampled, changed);
  }

  private void lift() {
    if (freeze != null) {
      freeze.lift();
    }
  }

  private static void projectOnly(Set<String> matrices, Map<String, GradientUpdater> updaters) {
    updaters.forEach(
        (name, updater) -> {
          if (updater instanceof GaLoreGradientUpdater galore && !matrices.contains(name)) {
            galore.doNotProject();
          }
        });
  }

  /** What belongs to a layer or an end of the model and does not train now. */
  private Set<String> frozen(List<Integer> active) {
    Set<String> frozen = new HashSet<>();
    layers.layers().forEach(layer -> frozen.addAll(layer.variables()));
    frozen.addAll(layers.embedding());
    frozen.addAll(layers.finalNorm());
    frozen.addAll(layers.head());
    frozen.removeAll(variables.with(active));
    return frozen;
  }
}
