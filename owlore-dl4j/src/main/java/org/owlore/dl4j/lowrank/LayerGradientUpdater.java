package org.owlore.dl4j.lowrank;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import lombok.Getter;
import lombok.NonNull;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.GradientUpdater;
import org.owlore.galore.DamagedStateException;
import org.owlore.galore.FlatGaLore;

/**
 * The optimizer of one layer: splits its flat gradient and its flat state into those of its
 * parameters. Holds nothing but views of the state, since DL4J overwrites the state of a restored
 * network after it has made the network's updaters.
 */
public final class LayerGradientUpdater implements GradientUpdater<LayerGaLore> {
  @Getter private final LayerGaLore config;
  private final List<FlatGaLore> optimizers = new ArrayList<>();

  LayerGradientUpdater(LayerGaLore config, INDArray state, boolean initialize) {
    this.config = config;
    if (initialize) {
      state.assign(0);
    }
    try (MemoryWorkspace none = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      INDArray flat = state.reshape(state.length());
      long from = 0;
      for (MatrixLayout parameter : config.getParameters()) {
        long until = from + config.stateNumbers(parameter);
        optimizers.add(
            new FlatGaLore(
                config.getSettings(),
                "layer \"%s\", parameter %s".formatted(config.getLayer(), parameter.getKey()),
                flat.get(NDArrayIndex.interval(from, until)),
                parameter.getRows(),
                parameter.getColumns()));
        from = until;
      }
    }
  }

  /** Steps that the layer has done. */
  public long step() {
    return optimizers.get(0).step();
  }

  /**
   * Turns the layer's gradient into the update that is to be subtracted, in place.
   *
   * @param gradient {@code [numbers of the layer's parameters]}
   * @param iteration of the network, for the learning-rate schedule only
   * @param epoch of the network, for the learning-rate schedule only
   * @throws org.owlore.galore.NonFiniteGradientException if it holds NaN or infinity; the layer has
   *     not changed
   * @throws DamagedStateException if the updater state is none of this layer's
   * @throws IllegalStateException if the layer has another number of parameters now
   */
  @Override
  public void applyUpdater(@NonNull INDArray gradient, int iteration, int epoch) {
    if (gradient.length() != config.parameterNumbers()) {
      throw config.changed(
          "%d numbers of gradient instead of %d"
              .formatted(gradient.length(), config.parameterNumbers()));
    }
    List<INDArray> matrices = split(gradient.reshape(gradient.length()));
    for (int i = 0; i < matrices.size(); i++) {
      optimizers.get(i).checkFinite(matrices.get(i));
    }
    try {
      for (int i = 0; i < matrices.size(); i++) {
        optimizers.get(i).applyUpdater(matrices.get(i), iteration, epoch);
      }
    } catch (DamagedStateException damaged) {
      throw damaged.advising(
          "with ParallelWrapper use averageUpdaters(false) or TrainingMode.SHARED_GRADIENTS, else start afresh with GaLore.bind(network, settings).");
    }
  }

  private List<INDArray> split(INDArray gradient) {
    List<INDArray> matrices = new ArrayList<>();
    long from = 0;
    for (MatrixLayout parameter : config.getParameters()) {
      matrices.add(parameter.matrix(gradient, from));
      from += parameter.length();
    }
    return matrices;
  }

  /**
   * Not supported: DL4J keeps its updaters' state in flat arrays.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public Map<String, INDArray> getState() {
    throw notNamed();
  }

  /**
   * Not supported: DL4J keeps its updaters' state in flat arrays.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public void setState(Map<String, INDArray> stateMap, boolean initialize) {
    throw notNamed();
  }

  /**
   * Not supported: the state's place is told when the updater is made.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public void setStateViewArray(
      INDArray viewArray, long[] gradientShape, char gradientOrder, boolean initialize) {
    throw notNamed();
  }

  static UnsupportedOperationException notNamed() {
    return new UnsupportedOperationException(
        "The state of a layer's GaLore lies in the updater state of its network and has no named arrays: for a SameDiff graph use GaLoreUpdater itself.");
  }
}
