package org.owlore.dl4j.calibration;

import java.util.HashSet;
import java.util.Set;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.owlore.dl4j.network.Block;
import org.owlore.dl4j.network.GraphNetwork;
import org.owlore.dl4j.network.Network;
import org.owlore.dl4j.network.NetworkLayer;

/**
 * Where a block begins and ends.
 *
 * @param block number of the block
 * @param from position of the layer whose input is the block's
 * @param inputChannels where that input has its channels
 * @param until position of the layer or vertex whose output is the block's
 * @param outputChannels where that output has its channels
 */
record BlockStream(
    int block, int from, ChannelAxis inputChannels, int until, ChannelAxis outputChannels) {

  static BlockStream of(Network network, Block block) {
    NetworkLayer first = block.layers().get(0);
    NetworkLayer last = first;
    for (NetworkLayer layer : block.layers()) {
      first = layer.from() < first.from() ? layer : first;
      last = layer.from() > last.from() ? layer : last;
    }
    int until =
        network instanceof GraphNetwork graph
            ? behindResiduals(graph.model(), block, first.position(), last.position())
            : last.position();
    return new BlockStream(
        block.index(),
        first.position(),
        ChannelAxis.ofInput(block),
        until,
        ChannelAxis.ofOutput(block));
  }

  /** Name of the activation that enters. */
  String input() {
    return "input of block " + block;
  }

  /** Name of the activation that leaves. */
  String output() {
    return "output of block " + block;
  }

  private static int behindResiduals(ComputationGraph graph, Block block, int first, int last) {
    Set<Integer> own = closure(graph, block, first);
    int until = last;
    for (int index : graph.topologicalSortOrder()) {
      if (own.contains(index) && adds(graph, index) && reads(graph.getVertices()[index], until)) {
        until = index;
      }
    }
    return until;
  }

  /** Everything that is computed of the block and of what enters it, without further parameters. */
  private static Set<Integer> closure(ComputationGraph graph, Block block, int first) {
    Set<Integer> own = new HashSet<>();
    for (VertexIndices entry : graph.getVertices()[first].getInputVertices()) {
      own.add(entry.getVertexIndex());
    }
    block.layers().forEach(layer -> own.add(layer.position()));
    for (int index : graph.topologicalSortOrder()) {
      GraphVertex vertex = graph.getVertices()[index];
      if (!vertex.isInputVertex() && vertex.numParams() == 0 && readsOnly(vertex, own)) {
        own.add(index);
      }
    }
    return own;
  }

  private static boolean adds(ComputationGraph graph, int index) {
    String name = graph.getVertices()[index].getVertexName();
    return graph.getConfiguration().getVertices().get(name) instanceof ElementWiseVertex vertex
        && vertex.getOp() == ElementWiseVertex.Op.Add;
  }

  private static boolean reads(GraphVertex vertex, int index) {
    for (VertexIndices input : vertex.getInputVertices()) {
      if (input.getVertexIndex() == index) {
        return true;
      }
    }
    return false;
  }

  private static boolean readsOnly(GraphVertex vertex, Set<Integer> own) {
    for (VertexIndices input : vertex.getInputVertices()) {
      if (!own.contains(input.getVertexIndex())) {
        return false;
      }
    }
    return true;
  }
}
