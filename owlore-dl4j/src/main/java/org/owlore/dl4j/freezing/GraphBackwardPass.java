package org.owlore.dl4j.freezing;

import java.util.HashSet;
import java.util.Set;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.owlore.dl4j.network.GraphNetwork;
import org.owlore.dl4j.network.NetworkLayer;

/**
 * Of a {@link ComputationGraph}: a vertex without a trained parameter in it or before it is
 * replaced by a frozen one, where DL4J ends its backward pass; frozen layers behind a trained one
 * pass the gradient on.
 */
final class GraphBackwardPass implements BackwardPass {
  private final GraphVertex[] vertices;
  private final GraphVertex[] originals;
  private final Layer[] layers;
  private final Set<Integer> needed = new HashSet<>();
  private final Set<Integer> frozen = new HashSet<>();

  GraphBackwardPass(GraphNetwork network, Set<NetworkLayer> frozen) {
    this.vertices = network.model().getVertices();
    this.originals = vertices.clone();
    this.layers = new Layer[vertices.length];
    frozen.forEach(layer -> this.frozen.add(layer.position()));
    for (int index : network.model().topologicalSortOrder()) {
      GraphVertex vertex = vertices[index];
      layers[index] = vertex.getLayer();
      if (isTrained(vertex) || readsNeeded(vertex)) {
        needed.add(index);
      }
    }
  }

  private boolean isTrained(GraphVertex vertex) {
    return vertex.numParams() > 0 && !frozen.contains(vertex.getVertexIndex());
  }

  private boolean readsNeeded(GraphVertex vertex) {
    if (vertex.getInputVertices() != null) {
      for (VertexIndices input : vertex.getInputVertices()) {
        if (needed.contains(input.getVertexIndex())) {
          return true;
        }
      }
    }
    return false;
  }

  @Override
  public void shorten() {
    for (int index = 0; index < vertices.length; index++) {
      GraphVertex vertex = originals[index];
      // Outputs always go backwards: that is where DL4J tells them the labels for the loss.
      if (!needed.contains(index) && !vertex.isOutputVertex() && !vertex.isInputVertex()) {
        vertices[index] = new StoppingVertex(vertex, this::restore);
      } else if (frozen.contains(index) && vertex instanceof LayerVertex layerVertex) {
        layerVertex.setLayer(new PassingLayer(layers[index], this::restore));
      }
    }
  }

  @Override
  public void restore() {
    System.arraycopy(originals, 0, vertices, 0, vertices.length);
    for (int index = 0; index < vertices.length; index++) {
      if (vertices[index] instanceof LayerVertex layerVertex) {
        layerVertex.setLayer(layers[index]);
      }
    }
  }
}
