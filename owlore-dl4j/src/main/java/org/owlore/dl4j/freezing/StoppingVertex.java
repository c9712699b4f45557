package org.owlore.dl4j.freezing;

import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.impl.FrozenVertex;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Stands in for a vertex without a trained parameter in it or before it: there DL4J ends its
 * backward pass. A forward pass that meets it comes after a backward pass that failed: it gives
 * way.
 */
final class StoppingVertex extends FrozenVertex {
  private final Runnable giveWay;

  /**
   * A stand-in.
   *
   * @param giveWay puts all vertices back
   */
  StoppingVertex(GraphVertex vertex, Runnable giveWay) {
    super(vertex);
    this.giveWay = giveWay;
  }

  @Override
  public INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
    giveWay.run();
    return underlying.doForward(training, workspaces);
  }
}
