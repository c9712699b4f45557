package org.owlore.dl4j;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import lombok.NonNull;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.dl4j.internals.OptimizerCall;
import org.owlore.dl4j.network.Block;
import org.owlore.dl4j.network.Network;
import org.owlore.scoring.LayerScores;

/**
 * Trains a few blocks of a network at a time inside the stock {@code net.fit(...)}: LISA and OwLore
 * (Li et al., arXiv:2405.18380) as a listener.
 *
 * <pre>{@code
 * net.setListeners(OutlierWeighedLayerSampler.builder().gamma(2).interval(50).build());
 * net.fit(data);
 * }</pre>
 *
 * <p>At the first iteration of each interval, blocks are drawn in proportion to their scores; the
 * others freeze: their parameters, their updater state and the statistics of their batch
 * normalisation stay bit for bit what they are, their updaters do not run, and the backward pass
 * ends below the lowest trained layer. In the forward pass a frozen layer does what it does in
 * training: dropout stays on. What Adam and its kin correct for the youth of their moments goes by
 * the iterations in which a block trained, learning-rate schedules go by those of the network.
 *
 * <p>Between iterations the network is as its owner made it: it can be saved, evaluated and cloned,
 * and its updater state has DL4J's own layout. {@code calculateGradients(..)} gives the gradients
 * of every layer. One sampler serves one network.
 *
 * <p>DL4J holds parameters, gradients and updater state of all layers in three flat arrays.
 * Sampling saves time there, not memory; a {@link GaLore} updater makes the state small.
 */
public final class OutlierWeighedLayerSampler extends BaseTrainingListener {
  private final SamplerSettings settings;
  private volatile SampledNetwork sampled;

  OutlierWeighedLayerSampler(@NonNull SamplerSettings settings) {
    this.settings = settings;
  }

  /** A builder with defaults for everything. */
  public static OutlierWeighedLayerSamplerBuilder builder() {
    return new OutlierWeighedLayerSamplerBuilder();
  }

  /**
   * The names of the blocks that train in the present interval.
   *
   * @throws IllegalStateException before the first iteration
   */
  public List<String> trainedBlocks() {
    return attached().trainedBlocks();
  }

  /**
   * All blocks, in the order in which they are numbered and scored.
   *
   * @throws IllegalStateException before the first iteration
   */
  public List<String> blocks() {
    return attached().blocks().stream().map(Block::name).toList();
  }

  /**
   * The scores by which blocks are drawn; empty if they are drawn otherwise.
   *
   * @throws IllegalStateException before the first iteration
   */
  public Optional<LayerScores> scores() {
    return attached().scores();
  }

  private SampledNetwork attached() {
    if (sampled == null) {
      throw new IllegalStateException(
          "The sampler has seen no iteration yet: attach it with net.setListeners(sampler) before net.fit(..).");
    }
    return sampled;
  }

  @Override
  public void onForwardPass(Model model, List<INDArray> activations) {
    beforeBackward(model);
  }

  @Override
  public void onForwardPass(Model model, Map<String, INDArray> activations) {
    beforeBackward(model);
  }

  private void beforeBackward(Model model) {
    if (!isNetwork(model) || !OptimizerCall.inProgress()) {
      return;
    }
    attach(model);
    requireOwn(model);
    sampled.beforeBackward();
  }

  /** One at a time: ParallelWrapper's workers come at once, and all but one must be refused. */
  private synchronized void attach(Model model) {
    if (sampled == null) {
      sampled = SampledNetwork.attach(this, settings, Network.of(model));
    }
  }

  @Override
  public void onBackwardPass(Model model) {
    if (sampled != null && sampled.model() == model) {
      sampled.afterBackward();
    }
  }

  @Override
  public void onGradientCalculation(Model model) {
    if (isNetwork(model)) {
      requireBegun(model);
      sampled.beforeUpdate();
    }
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    if (isNetwork(model)) {
      requireBegun(model);
      sampled.afterUpdate();
    }
  }

  /**
   * Checks what was frozen, and leaves nothing in the network from an epoch that failed before.
   *
   * @throws IllegalStateException if frozen parameters have changed
   */
  @Override
  public void onEpochStart(Model model) {
    if (sampled != null && isNetwork(model)) {
      requireOwn(model);
      sampled.beforeEpoch();
    }
  }

  /** Layerwise pretraining tells listeners of single layers: nothing is sampled there. */
  private static boolean isNetwork(Model model) {
    return model instanceof MultiLayerNetwork || model instanceof ComputationGraph;
  }

  private void requireOwn(Model model) {
    if (sampled.model() != model) {
      throw new IllegalStateException(
          "The sampler serves one network but is attached to a second one: build a sampler for each. ParallelWrapper, whose workers train copies of a network, cannot be sampled; a clone of a ComputationGraph shares its listeners until it is given others.");
    }
  }

  private void requireBegun(Model model) {
    if (sampled == null || !sampled.isInIteration()) {
      throw new IllegalStateException(
          "The sampler was attached in the middle of an iteration: attach it with net.setListeners(sampler) before net.fit(..).");
    }
    requireOwn(model);
  }
}
