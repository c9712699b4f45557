package org.owlore.dl4j.network;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import lombok.NonNull;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.graph.vertex.impl.FrozenVertex;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A {@link ComputationGraph}. Its vertices with parameters are the layers, in topological order,
 * called by their names.
 *
 * @param model the graph, initialized
 */
public record GraphNetwork(@NonNull ComputationGraph model) implements Network {

  /** Refuses a graph that is not initialized, or that has frozen layers already. */
  public GraphNetwork {
    if (model.getVertices() == null) {
      throw new IllegalArgumentException(
          "The ComputationGraph has no parameters yet: call init() first.");
    }
    for (GraphVertex vertex : model.getVertices()) {
      if (vertex instanceof FrozenVertex
          || vertex.getLayer() instanceof FrozenLayer
          || vertex.getLayer() instanceof FrozenLayerWithBackprop) {
        throw new FrozenAlreadyException(vertex.getVertexName());
      }
    }
  }

  @Override
  public List<NetworkLayer> layers() {
    ParameterTable table = new ParameterTable(model.params());
    for (int index : model.topologicalSortOrder()) {
      GraphVertex vertex = model.getVertices()[index];
      if (vertex.numParams() > 0) {
        table.add(vertex.getVertexName(), index, vertex);
      }
    }
    return table.layers();
  }

  @Override
  public List<String> inputsOf(String layer) {
    GraphVertex vertex = model.getVertex(layer);
    if (vertex == null || vertex.numParams() == 0) {
      throw new IllegalArgumentException("There is no layer \"" + layer + "\" with parameters.");
    }
    Set<String> found = new LinkedHashSet<>();
    collect(vertex, found);
    return layers().stream().map(NetworkLayer::name).filter(found::contains).toList();
  }

  private void collect(GraphVertex vertex, Set<String> found) {
    if (vertex.getInputVertices() == null) {
      return;
    }
    for (VertexIndices index : vertex.getInputVertices()) {
      GraphVertex input = model.getVertices()[index.getVertexIndex()];
      if (input.numParams() > 0) {
        found.add(input.getVertexName());
      } else {
        collect(input, found);
      }
    }
  }

  @Override
  public Set<String> heads() {
    Set<String> heads = new LinkedHashSet<>();
    for (String output : model.getConfiguration().getNetworkOutputs()) {
      GraphVertex vertex = model.getVertex(output);
      if (vertex.numParams() > 0) {
        heads.add(output);
      } else {
        collect(vertex, heads);
      }
    }
    return heads;
  }

  @Override
  public BaseMultiLayerUpdater<?> updater() {
    try (MemoryWorkspace none = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      return model.getUpdater();
    }
  }

  @Override
  public int iteration() {
    return model.getConfiguration().getIterationCount();
  }
}
