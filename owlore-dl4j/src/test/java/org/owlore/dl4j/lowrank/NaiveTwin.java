package org.owlore.dl4j.lowrank;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.owlore.dl4j.network.Network;
import org.owlore.dl4j.network.NetworkLayer;
import org.owlore.dl4j.network.Parameter;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.galore.NaiveGaLore;

/**
 * Says where a step takes the parameters of a network by the naive GaLore. The gradient is what a
 * stock network with the updater Sgd(1), the twin, subtracts from the same parameters. In float64,
 * so that the difference tells the gradient.
 */
final class NaiveTwin {
  private final Model twin;
  private final GaLoreUpdater settings;
  private final GaLoreUpdater plain;
  private final Set<String> notProjected;
  private final Map<String, NaiveGaLore> optimizers = new HashMap<>();

  private Decay decay = Decay.NONE;
  private long outputs;

  /** What becomes of the update u of a weight W when it decays. */
  @FunctionalInterface
  interface Decay {
    Decay NONE = (weight, update, rate) -> update;

    INDArray of(INDArray weight, INDArray update, double rate);
  }

  NaiveTwin(Model twin, GaLoreUpdater settings, String... notProjected) {
    this.twin = twin;
    this.settings = settings;
    this.plain = settings.toBuilder().rank(Integer.MAX_VALUE).build();
    this.notProjected = Set.of(notProjected);
  }

  /** Says that kernels have their outputs last in memory, and how many. */
  void kernelsEndWith(long outputs) {
    this.outputs = outputs;
  }

  void decayWeightsBy(Decay decay) {
    this.decay = decay;
  }

  /** All parameters after a step, without changing those before it. */
  INDArray after(INDArray before, DataSet batch, int iteration) {
    twin.setParams(before.dup());
    Samples.fit(twin, batch);
    INDArray result = flat(twin.params().dup());
    INDArray gradient = flat(before).sub(result);
    for (NetworkLayer layer : Network.of(twin).layers()) {
      for (Parameter parameter : layer.parameters()) {
        if (!Set.of("mean", "var", "log10stdev").contains(parameter.key())) {
          double rate = settings.getLearningRate(iteration, 0);
          INDArray value = numbers(parameter, flat(before));
          INDArray update = update(parameter, numbers(parameter, gradient), rate);
          if (!parameter.key().equals("b")) {
            update = decay.of(value, update, rate);
          }
          numbers(parameter, result).assign(value.sub(update));
        }
      }
    }
    return result;
  }

  private INDArray update(Parameter parameter, INDArray gradient, double rate) {
    long rows = gradient.rank() < 2 ? 1 : gradient.size(0);
    if (gradient.rank() == 3) {
      rows = gradient.size(0) * gradient.size(1);
    }
    if (gradient.rank() > 2 && outputs > 0) {
      rows = gradient.length() / outputs;
    }
    double[][] matrix = gradient.reshape('c', rows, gradient.length() / rows).toDoubleMatrix();
    GaLoreUpdater config = notProjected.contains(parameter.layer()) ? plain : settings;
    double[][] update =
        optimizers
            .computeIfAbsent(parameter.name(), name -> new NaiveGaLore(config))
            .update(matrix, rate);
    return Nd4j.createFromArray(update).reshape('c', gradient.shape());
  }

  /** A parameter's part of a flat array, in the parameter's shape; a view. */
  static INDArray numbers(Parameter parameter, INDArray flat) {
    return flat.get(NDArrayIndex.interval(parameter.from(), parameter.until()))
        .reshape(parameter.values().ordering(), parameter.values().shape());
  }

  private static INDArray flat(INDArray array) {
    return array.reshape(array.length());
  }
}
