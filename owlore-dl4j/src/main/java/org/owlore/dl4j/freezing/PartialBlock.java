package org.owlore.dl4j.freezing;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.Regularization.ApplyStep;

/**
 * Neighbouring parameters of an updater block, trained without the block's others. Reads and writes
 * the block's own state, so that what is saved is what DL4J would save.
 *
 * <p>Counts the steps of its own parameters: Adam and its kin correct the bias of moments that are
 * young, and moments rest while their parameters do.
 */
final class PartialBlock extends UpdaterBlock {
  private final IUpdater updater;
  private final Map<String, INDArray> state;
  private final int lag;

  /**
   * A part of a block.
   *
   * @param whole the block
   * @param parameters neighbours in the block, in its order
   * @param lag iterations of the network in which the parameters did not train
   * @throws IllegalArgumentException if the block's updater keeps a state that does not go
   *     parameter by parameter
   */
  PartialBlock(UpdaterBlock whole, List<ParamState> parameters, int lag) {
    super(first(parameters), last(parameters), 0, 0, parameters);
    this.lag = lag;
    this.updater = whole.getGradientUpdater().getConfig();
    this.state = state(whole);
    setGradientView(part(whole.getGradientView(), whole));
    setGradientUpdater(updater.instantiate(state, false));
  }

  private static int first(List<ParamState> parameters) {
    return parameters.get(0).getParamOffsetStart();
  }

  private static int last(List<ParamState> parameters) {
    return parameters.get(parameters.size() - 1).getParamOffsetEnd();
  }

  @SuppressWarnings("unchecked")
  private Map<String, INDArray> state(UpdaterBlock whole) {
    Map<String, INDArray> parts = new HashMap<>();
    Map<String, INDArray> all = whole.getGradientUpdater().getState();
    for (Map.Entry<String, INDArray> entry : all.entrySet()) {
      if (entry.getValue().length() != whole.getGradientView().length()) {
        throw new IllegalArgumentException(
            "The updater %s keeps one state for several layers (%s), some of which are frozen, and cannot be divided: give each layer an updater of its own."
                .formatted(updater.getClass().getSimpleName(), entry.getKey()));
      }
      parts.put(entry.getKey(), part(entry.getValue(), whole));
    }
    return parts;
  }

  private INDArray part(INDArray view, UpdaterBlock whole) {
    long from = getParamOffsetStart() - whole.getParamOffsetStart();
    long until = getParamOffsetEnd() - whole.getParamOffsetStart();
    return view.reshape(view.length()).get(NDArrayIndex.interval(from, until));
  }

  /** Whether a block must be divided by how long its parameters have trained. */
  static boolean countsSteps(UpdaterBlock block) {
    return BiasCorrection.isMadeBy(block.getGradientUpdater().getConfig());
  }

  @Override
  public void update(int iteration, int epoch) {
    update(getGradientView(), iteration, epoch, null, null);
  }

  /** What DL4J calls, also where the gradients are the network's own. */
  @Override
  public void updateExternalGradient(
      int iteration, int epoch, INDArray allGradients, INDArray allParameters) {
    INDArray gradient =
        allGradients
            .reshape(allGradients.length())
            .get(NDArrayIndex.interval(getParamOffsetStart(), getParamOffsetEnd()));
    update(gradient, iteration, epoch, allGradients, allParameters);
  }

  private void update(
      INDArray gradient, int iteration, int epoch, INDArray allGradients, INDArray allParameters) {
    boolean external = allGradients != null;
    applyRegularizationAllVariables(
        ApplyStep.BEFORE_UPDATER, iteration, epoch, external, allGradients, allParameters);
    stepper(iteration, epoch).applyUpdater(gradient, step(iteration), epoch);
    applyRegularizationAllVariables(
        ApplyStep.POST_UPDATER, iteration, epoch, external, allGradients, allParameters);
  }

  private int step(int iteration) {
    return BiasCorrection.isMadeBy(updater) ? iteration - lag : iteration;
  }

  /** Schedules go by the network's iteration, also where the bias goes by the parameters' own. */
  @SuppressWarnings("rawtypes")
  private GradientUpdater stepper(int iteration, int epoch) {
    if (step(iteration) == iteration) {
      return getGradientUpdater();
    }
    IUpdater now = updater.clone();
    now.setLrAndSchedule(updater.getLearningRate(iteration, epoch), null);
    return now.instantiate(state, false);
  }
}
