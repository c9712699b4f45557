package org.owlore.dl4j.freezing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.nn.updater.UpdaterBlock.ParamState;
import org.owlore.dl4j.network.NetworkLayer;

/**
 * The updater blocks of a network without what is frozen. Blocks whose layers all train, and have
 * always trained, stay the stock ones.
 */
final class UpdaterPartition {
  private final BaseMultiLayerUpdater<?> updater;
  private final Map<NetworkLayer, Integer> lags;
  private final List<UpdaterBlock> stock;
  private final List<UpdaterBlock> active = new ArrayList<>();

  /**
   * Divides the blocks of an updater.
   *
   * @param lags iterations that each trained layer has missed; frozen layers are not listed
   */
  UpdaterPartition(BaseMultiLayerUpdater<?> updater, Map<NetworkLayer, Integer> lags) {
    this.updater = updater;
    this.lags = lags;
    this.stock = List.copyOf(updater.getUpdaterBlocks());
    stock.forEach(this::divide);
  }

  /** Whether this is the partition of an updater; DL4J makes a new one when its settings change. */
  boolean isOf(BaseMultiLayerUpdater<?> other) {
    return updater == other;
  }

  /** Lets the updater see what trains only. */
  void enter() {
    replaceBlocks(active);
  }

  /** Gives the updater its own blocks back. */
  void restore() {
    replaceBlocks(stock);
  }

  private void replaceBlocks(List<UpdaterBlock> blocks) {
    updater.getUpdaterBlocks().clear();
    updater.getUpdaterBlocks().addAll(blocks);
  }

  private void divide(UpdaterBlock block) {
    boolean countsSteps = PartialBlock.countsSteps(block);
    List<ParamState> run = new ArrayList<>();
    List<UpdaterBlock> parts = new ArrayList<>();
    Integer lag = null;
    for (ParamState parameter : block.getLayersAndVariablesInBlock()) {
      Integer next = lag(parameter, countsSteps);
      if (!run.isEmpty() && !lag.equals(next)) {
        parts.add(part(block, run, lag));
        run = new ArrayList<>();
      }
      if (next != null) {
        run.add(parameter);
      }
      lag = next;
    }
    if (!run.isEmpty()) {
      parts.add(part(block, run, lag));
    }
    active.addAll(parts);
  }

  private static UpdaterBlock part(UpdaterBlock block, List<ParamState> run, int lag) {
    boolean whole = run.size() == block.getLayersAndVariablesInBlock().size();
    return whole && lag == 0 ? block : new PartialBlock(block, run, lag);
  }

  /** Null for a frozen parameter. */
  private Integer lag(ParamState parameter, boolean countsSteps) {
    for (Map.Entry<NetworkLayer, Integer> entry : lags.entrySet()) {
      NetworkLayer layer = entry.getKey();
      if (layer.from() <= parameter.getParamOffsetStart()
          && parameter.getParamOffsetStart() < layer.until()) {
        return countsSteps ? entry.getValue() : 0;
      }
    }
    return null;
  }
}
