package org.owlore.testing;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.autodiff.listeners.At;
import org.nd4j.autodiff.listeners.BaseListener;
import org.nd4j.autodiff.listeners.Loss;
import org.nd4j.autodiff.listeners.Operation;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** What the stock loop reports as its loss in each step. */
public final class LossRecorder extends BaseListener {
  private final List<Double> losses = new ArrayList<>();

  /** The losses so far. */
  public List<Double> losses() {
    return losses;
  }

  @Override
  public boolean isActive(Operation operation) {
    return operation == Operation.TRAINING;
  }

  @Override
  public void iterationDone(SameDiff graph, At at, MultiDataSet data, Loss loss) {
    losses.add(loss.getLosses()[0]);
  }
}
