package org.owlore.dl4j.calibration;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.layers.samediff.SameDiffGraphVertex;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Inference vertex after vertex. */
final class GraphForwardPass implements ForwardPass {
  private static final LayerWorkspaceMgr OUT_OF_WORKSPACES = LayerWorkspaceMgr.noWorkspaces();
  private final ComputationGraph graph;

  GraphForwardPass(ComputationGraph original) {
    ComputationGraphConfiguration configuration = original.getConfiguration().clone();
    // The parameters lie in this order, and a clone forgets it.
    configuration.setTopologicalOrder(original.getConfiguration().getTopologicalOrder());
    configuration.setTopologicalOrderStr(original.getConfiguration().getTopologicalOrderStr());
    graph = new ComputationGraph(configuration);
    graph.init(original.params(), false);
  }

  @Override
  public void run(CalibrationBatch batch, Consumer<LayerPass> visitor) {
    try (Activations activations = new Activations()) {
      graph.setInputs(batch.features());
      Map<Integer, Pair<INDArray, MaskState>> masks = new HashMap<>();
      for (int index : graph.topologicalSortOrder()) {
        GraphVertex vertex = graph.getVertices()[index];
        LayerPass pass = batch.compute(() -> pass(vertex, batch, masks));
        activations.add(pass);
        visitor.accept(pass);
        vertex.clear();
      }
    } finally {
      graph.clearLayersStates();
      if (batch.masks() != null) {
        clearMasks();
      }
    }
  }

  /** DL4J forgets the masks of its layers only: a vertex would use its mask for the next batch. */
  private void clearMasks() {
    graph.clearLayerMaskArrays();
    for (GraphVertex vertex : graph.getVertices()) {
      if (vertex instanceof SameDiffGraphVertex) {
        INDArray[] none = new INDArray[vertex.getInputVertices().length];
        vertex.feedForwardMaskArrays(none, null, 0);
      }
    }
  }

  /** Lets a vertex work, and hands what it made to the vertices behind it. */
  private LayerPass pass(
      GraphVertex vertex, CalibrationBatch batch, Map<Integer, Pair<INDArray, MaskState>> masks) {
    LayerPass pass =
        vertex.isInputVertex() ? start(vertex, batch, masks) : work(vertex, batch, masks);
    if (vertex.getOutputVertices() != null) {
      for (VertexIndices next : vertex.getOutputVertices()) {
        graph.getVertices()[next.getVertexIndex()].setInput(
            next.getVertexEdgeNumber(), pass.output(), OUT_OF_WORKSPACES);
      }
    }
    return pass;
  }

  private static LayerPass start(
      GraphVertex input, CalibrationBatch batch, Map<Integer, Pair<INDArray, MaskState>> masks) {
    int index = input.getVertexIndex();
    INDArray values = batch.features()[index];
    INDArray mask = batch.masks() == null ? null : batch.masks()[index];
    masks.put(index, new Pair<>(mask, MaskState.Active));
    return new LayerPass(index, input, new INDArray[0], values, null, mask);
  }

  private static LayerPass work(
      GraphVertex vertex, CalibrationBatch batch, Map<Integer, Pair<INDArray, MaskState>> masks) {
    INDArray[] inputMasks = batch.masks() == null ? null : feedMasks(vertex, masks, batch.size());
    INDArray[] inputs = inputs(vertex);
    INDArray output = vertex.doForward(false, OUT_OF_WORKSPACES);
    Pair<INDArray, MaskState> mask = masks.get(vertex.getVertexIndex());
    return new LayerPass(
        vertex.getVertexIndex(),
        vertex.hasLayer() ? vertex.getLayer() : vertex,
        inputs,
        output,
        inputMasks,
        mask == null ? null : mask.getFirst());
  }

  /** A layer's vertex has put the input through the preprocessor already. */
  private static INDArray[] inputs(GraphVertex vertex) {
    return vertex.hasLayer()
        ? new INDArray[] {vertex.getLayer().input()}
        : vertex.getInputs().clone();
  }

  /**
   * Hands the masks of its inputs to a vertex.
   *
   * @return them, behind the preprocessor: DL4J's vertex of a layer writes that into its argument
   */
  private static INDArray[] feedMasks(
      GraphVertex vertex, Map<Integer, Pair<INDArray, MaskState>> masks, int batchSize) {
    VertexIndices[] from = vertex.getInputVertices();
    INDArray[] inputMasks = new INDArray[from.length];
    MaskState state = null;
    for (int i = 0; i < from.length; i++) {
      Pair<INDArray, MaskState> mask = masks.get(from[i].getVertexIndex());
      if (mask != null) {
        inputMasks[i] = mask.getFirst();
        state = state == null || state == MaskState.Passthrough ? mask.getSecond() : state;
      }
    }
    masks.put(vertex.getVertexIndex(), vertex.feedForwardMaskArrays(inputMasks, state, batchSize));
    return inputMasks;
  }
}
