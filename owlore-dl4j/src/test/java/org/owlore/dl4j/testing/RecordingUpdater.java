package org.owlore.dl4j.testing;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;

/** Gradient descent by halves, which tells how many parameters it was asked to update. */
public final class RecordingUpdater implements IUpdater {
  private static final long serialVersionUID = 1L;
  private final transient List<Long> updated = new CopyOnWriteArrayList<>();
  private final boolean dividable;

  /**
   * An updater with a state.
   *
   * @param dividable whether the state has one number a parameter, or one for all
   */
  public RecordingUpdater(boolean dividable) {
    this.dividable = dividable;
  }

  /** The number of parameters of every update so far. */
  public List<Long> updated() {
    return List.copyOf(updated);
  }

  @Override
  public long stateSize(long parameters) {
    return dividable ? parameters : 1;
  }

  @Override
  public GradientUpdater<RecordingUpdater> instantiate(INDArray view, boolean initialize) {
    return new Recorder(Map.of("sum", view));
  }

  @Override
  public GradientUpdater<RecordingUpdater> instantiate(
      Map<String, INDArray> state, boolean initialize) {
    return new Recorder(state);
  }

  @Override
  public RecordingUpdater clone() {
    return this;
  }

  @Override
  public double getLearningRate(int iteration, int epoch) {
    return Double.NaN;
  }

  @Override
  public boolean hasLearningRate() {
    return false;
  }

  @Override
  public void setLrAndSchedule(double rate, ISchedule schedule) {
    throw new UnsupportedOperationException("There is no learning rate.");
  }

  private final class Recorder implements GradientUpdater<RecordingUpdater> {
    private Map<String, INDArray> state;

    Recorder(Map<String, INDArray> state) {
      this.state = state;
    }

    @Override
    public RecordingUpdater getConfig() {
      return RecordingUpdater.this;
    }

    @Override
    public void setState(Map<String, INDArray> replacement, boolean initialize) {
      state = replacement;
    }

    @Override
    public Map<String, INDArray> getState() {
      return state;
    }

    @Override
    public void setStateViewArray(INDArray view, long[] shape, char order, boolean initialize) {
      state = Map.of("sum", view);
    }

    @Override
    public void applyUpdater(INDArray gradient, int iteration, int epoch) {
      updated.add(gradient.length());
      gradient.muli(0.5);
    }
  }
}
