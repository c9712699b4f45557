package org.owlore.dl4j.freezing;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import lombok.NonNull;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.owlore.dl4j.network.GraphNetwork;
import org.owlore.dl4j.network.LayeredNetwork;
import org.owlore.dl4j.network.Network;
import org.owlore.dl4j.network.NetworkLayer;

/**
 * What rests in a network for some iterations. In each, {@link #beforeBackward}, {@link
 * #afterBackward}, {@link #beforeUpdate} and {@link #afterUpdate} are called in this order, between
 * forward pass, backward pass, update and constraints; at any time {@link #lift} leaves the network
 * as it was found.
 */
public final class Freeze {
  private final Network network;
  private final Map<NetworkLayer, Integer> lags;
  private final Set<NetworkLayer> frozen;
  private final BackwardPass backward;
  private final long fingerprint;
  private UpdaterPartition partition;
  private ConstraintPause constraints;

  /**
   * Freezes all layers but some. Nothing has changed yet.
   *
   * @param lags the layers that train, each with the number of iterations of the network in which
   *     it did not
   */
  public Freeze(@NonNull Network network, @NonNull Map<NetworkLayer, Integer> lags) {
    this.network = network;
    this.lags = Map.copyOf(lags);
    this.frozen = new LinkedHashSet<>(network.layers());
    frozen.removeAll(lags.keySet());
    this.backward =
        network instanceof LayeredNetwork layered
            ? new LayeredBackwardPass(layered, frozen)
            : new GraphBackwardPass((GraphNetwork) network, frozen);
    this.fingerprint = ParameterFingerprint.of(network.model().params(), frozen);
  }

  /** Shortens the backward pass that follows. */
  public void beforeBackward() {
    if (!frozen.isEmpty()) {
      backward.shorten();
    }
  }

  /** Puts the layers back. */
  public void afterBackward() {
    backward.restore();
  }

  /** Clears the gradients of frozen layers, and hides them from their updaters. */
  public void beforeUpdate() {
    for (NetworkLayer layer : frozen) {
      network.gradients().get(NDArrayIndex.interval(layer.from(), layer.until())).assign(0);
    }
    if (partition == null || !partition.isOf(network.updater())) {
      partition = new UpdaterPartition(network.updater(), lags);
    }
    partition.enter();
  }

  /** Gives the updater its blocks back; the constraints that follow pass over frozen layers. */
  public void afterUpdate() {
    partition.restore();
    constraints = ConstraintPause.of(layers(), frozen);
  }

  /** Leaves the network as it was found, wherever the iteration has come to. */
  public void lift() {
    backward.restore();
    if (partition != null) {
      partition.restore();
    }
    if (constraints != null) {
      constraints.end();
    }
  }

  /** Whether every frozen parameter is what it was when it was frozen, to the last bit. */
  public boolean isIntact() {
    return ParameterFingerprint.of(network.model().params(), frozen) == fingerprint;
  }

  private Layer[] layers() {
    return network.model() instanceof MultiLayerNetwork layered
        ? layered.getLayers()
        : ((ComputationGraph) network.model()).getLayers();
  }
}
