package org.owlore.dl4j.freezing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.nn.updater.UpdaterBlock.ParamState;
import org.owlore.dl4j.network.NetworkLayer;

/**
 * The updater blocks of a network without what is frozen. Where all layers of all blocks train, and
 * have always trained, the stock ones stay.
 */
final class UpdaterPartition {
  private final BaseMultiLayerUpdater<?> updater;
  private final Map<NetworkLayer, Integer> lags;
  private final List<UpdaterBlock> stock;
  private final List<UpdaterBlock> divided;

  /**
   * Divides the blocks of an updater.
   *
   * @param lags iterations that each trained layer has missed; frozen layers are not listed
   */
  UpdaterPartition(BaseMultiLayerUpdater<?> updater, Map<NetworkLayer, Integer> lags) {
    this.updater = updater;
    this.lags = lags;
    this.stock = List.copyOf(updater.getUpdaterBlocks());
    this.divided = IntStream.range(0, stock.size()).mapToObj(this::divide).toList();
  }

  /** Whether this is the partition of an updater; DL4J makes a new one when its settings change. */
  boolean isOf(BaseMultiLayerUpdater<?> other) {
    return updater == other;
  }

  /** Lets the next update see what trains only. */
  void enter() {
    replaceBlocks(divided);
  }

  /** Gives the updater its own blocks back. */
  void restore() {
    replaceBlocks(stock);
  }

  /** One by one: the updater may be going through its list. */
  private void replaceBlocks(List<UpdaterBlock> blocks) {
    Collections.copy(updater.getUpdaterBlocks(), blocks);
  }

  private UpdaterBlock divide(int position) {
    UpdaterBlock block = stock.get(position);
    boolean countsSteps = PartialBlock.countsSteps(block);
    List<UpdaterBlock> parts = new ArrayList<>();
    List<long[]> frozen = new ArrayList<>();
    List<ParamState> run = new ArrayList<>();
    Integer lag = null;
    for (ParamState parameter : block.getLayersAndVariablesInBlock()) {
      Integer next = lag(parameter, countsSteps);
      if (!run.isEmpty() && !Objects.equals(lag, next)) {
        close(block, run, lag, parts, frozen);
        run = new ArrayList<>();
      }
      run.add(parameter);
      lag = next;
    }
    close(block, run, lag, parts, frozen);
    Runnable leave = () -> updater.getUpdaterBlocks().set(position, block);
    return new DividedBlock(block, parts, frozen, leave, this::restore);
  }

  private static void close(
      UpdaterBlock block,
      List<ParamState> run,
      Integer lag,
      List<UpdaterBlock> parts,
      List<long[]> frozen) {
    if (lag == null) {
      long until = run.get(run.size() - 1).getParamOffsetEnd();
      frozen.add(new long[] {run.get(0).getParamOffsetStart(), until});
    } else {
      boolean whole = run.size() == block.getLayersAndVariablesInBlock().size();
      parts.add(whole && lag == 0 ? block : new PartialBlock(block, run, lag));
    }
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
