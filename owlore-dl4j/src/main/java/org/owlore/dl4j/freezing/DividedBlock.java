package org.owlore.dl4j.freezing;

import java.util.List;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Stands in for an updater block for one update, and updates what trains of it only. Leaves with
 * that update, whether it succeeds or fails, so that what follows meets the network's own updater.
 *
 * <p>A stand-in can only be left over when something fails between its coming and the update. Then
 * the gradients of the frozen parameters, which were cleared for it, are not zero in the update
 * that meets it: it gives way.
 */
final class DividedBlock extends UpdaterBlock {
  private final UpdaterBlock stock;
  private final List<UpdaterBlock> parts;
  private final List<long[]> frozen;
  private final Runnable leave;
  private final Runnable leaveAll;

  /**
   * A stand-in.
   *
   * @param parts what trains of the block, e.g. the block itself; may be empty
   * @param frozen first position and position behind the last of what does not
   * @param leave puts the block back
   * @param leaveAll puts all blocks of the updater back
   */
  DividedBlock(
      UpdaterBlock stock,
      List<UpdaterBlock> parts,
      List<long[]> frozen,
      Runnable leave,
      Runnable leaveAll) {
    super(
        stock.getParamOffsetStart(),
        stock.getParamOffsetEnd(),
        stock.getUpdaterViewOffsetStart(),
        stock.getUpdaterViewOffsetEnd(),
        stock.getLayersAndVariablesInBlock());
    setUpdaterView(stock.getUpdaterView());
    setGradientView(stock.getGradientView());
    setGradientUpdater(stock.getGradientUpdater());
    this.stock = stock;
    this.parts = parts;
    this.frozen = frozen;
    this.leave = leave;
    this.leaveAll = leaveAll;
  }

  @Override
  public void update(int iteration, int epoch) {
    INDArray gradient = getGradientView();
    boolean expected = isCleared(gradient.reshape(gradient.length()), getParamOffsetStart());
    run(expected, block -> block.update(iteration, epoch));
  }

  @Override
  public void updateExternalGradient(
      int iteration, int epoch, INDArray allGradients, INDArray allParameters) {
    boolean expected = isCleared(allGradients.reshape(allGradients.length()), 0);
    run(
        expected,
        block -> block.updateExternalGradient(iteration, epoch, allGradients, allParameters));
  }

  private void run(boolean expected, Update update) {
    Runnable afterwards = leaveAll;
    try {
      (expected ? parts : List.of(stock)).forEach(update::of);
      afterwards = expected ? leave : leaveAll;
    } finally {
      afterwards.run();
    }
  }

  private boolean isCleared(INDArray gradients, long offset) {
    return frozen.stream()
        .map(range -> NDArrayIndex.interval(range[0] - offset, range[1] - offset))
        .allMatch(range -> gradients.get(range).amaxNumber().doubleValue() == 0);
  }

  /** An update of one block. */
  @FunctionalInterface
  private interface Update {
    void of(UpdaterBlock block);
  }
}
