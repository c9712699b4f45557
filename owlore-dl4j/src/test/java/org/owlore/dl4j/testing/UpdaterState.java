package org.owlore.dl4j.testing;

import java.util.HashMap;
import java.util.Map;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.owlore.dl4j.network.Network;
import org.owlore.dl4j.network.NetworkLayer;

/** Reads what the updaters of a network keep for one layer. */
public final class UpdaterState {
  private UpdaterState() {}

  /** The numbers of state of a layer, by block and kind. */
  @SuppressWarnings("unchecked")
  public static Map<String, float[]> of(Network network, NetworkLayer layer) {
    Map<String, float[]> state = new HashMap<>();
    for (UpdaterBlock block : network.updater().getUpdaterBlocks()) {
      long from = Math.max(layer.from(), block.getParamOffsetStart());
      long until = Math.min(layer.until(), block.getParamOffsetEnd());
      if (from < until && block.getUpdaterView() != null) {
        String place = from + "-" + until;
        if (from == block.getParamOffsetStart() && until == block.getParamOffsetEnd()) {
          state.put(place, block.getUpdaterView().dup().toFloatVector());
        } else {
          Map<String, INDArray> kinds = block.getGradientUpdater().getState();
          kinds.forEach((kind, array) -> state.put(place + kind, part(array, block, from, until)));
        }
      }
    }
    return state;
  }

  private static float[] part(INDArray array, UpdaterBlock block, long from, long until) {
    long start = block.getParamOffsetStart();
    return array
        .reshape(array.length())
        .get(NDArrayIndex.interval(from - start, until - start))
        .dup()
        .toFloatVector();
  }
}
