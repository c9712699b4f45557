package org.owlore.dl4j.freezing;

import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.dl4j.network.NetworkLayer;

/**
 * Keeps the constraints of frozen layers from being applied once: a norm that is projected again
 * moves by a rounding error.
 *
 * <p>DL4J applies constraints behind the last call of an iteration to its listeners. So each
 * stand-in leaves the network by itself when its turn comes.
 */
final class ConstraintPause {
  private final Layer[] layers;
  private final Layer[] originals;

  private ConstraintPause(Layer[] layers) {
    this.layers = layers;
    this.originals = layers.clone();
  }

  /**
   * Puts stand-ins into a network until it has applied its constraints.
   *
   * @param layers the network's own array
   * @param frozen layers that do not train
   */
  static ConstraintPause of(Layer[] layers, Set<NetworkLayer> frozen) {
    ConstraintPause pause = new ConstraintPause(layers);
    frozen.stream().flatMap(layer -> layer.layer().stream()).forEach(pause::pause);
    return pause;
  }

  private void pause(Layer layer) {
    List<LayerConstraint> constraints = layer.conf().getLayer().getConstraints();
    for (int i = 0; i < layers.length; i++) {
      if (layers[i] == layer && constraints != null && !constraints.isEmpty()) {
        layers[i] = new StandIn(layer, i);
      }
    }
  }

  /** Takes out what is still there, after an iteration that failed. */
  void end() {
    System.arraycopy(originals, 0, layers, 0, layers.length);
  }

  private final class StandIn extends FrozenLayerWithBackprop {
    private static final long serialVersionUID = 1L;
    private final int position;

    StandIn(Layer layer, int position) {
      super(layer);
      this.position = position;
    }

    @Override
    public void applyConstraints(int iteration, int epoch) {
      layers[position] = getInsideLayer();
    }

    /** Met only behind an iteration that failed. */
    @Override
    public INDArray activate(INDArray input, boolean training, LayerWorkspaceMgr workspaces) {
      layers[position] = getInsideLayer();
      return getInsideLayer().activate(input, training, workspaces);
    }
  }
}
