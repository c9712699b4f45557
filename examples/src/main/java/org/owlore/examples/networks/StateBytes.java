package org.owlore.examples.networks;

import java.util.ArrayList;
import java.util.List;
import lombok.NonNull;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.learning.config.Adam;
import org.owlore.dl4j.GaLore;
import org.owlore.dl4j.network.Network;
import org.owlore.dl4j.network.NetworkLayer;
import org.owlore.dl4j.network.Parameter;
import org.owlore.galore.GaLoreUpdater;

/**
 * The updater state that a network holds.
 *
 * @param network its name
 * @param updater e.g. {@code Adam}
 * @param parameters number of parameters
 * @param expected bytes by the formula: 2 m n for Adam, min(m,n) r + 2 max(m,n) r for GaLore where
 *     r < min(m,n)
 * @param measured bytes of the array that Deeplearning4j holds
 */
public record StateBytes(
    @NonNull String network,
    @NonNull String updater,
    long parameters,
    long expected,
    long measured) {
  private static final int BYTES = Float.BYTES;

  /** Measures Adam, and GaLore at some ranks. */
  public static List<StateBytes> measure(@NonNull MeasuredNetwork network, int... ranks) {
    List<StateBytes> results = new ArrayList<>();
    Network adam = Network.of((Model) network.build().apply(new Adam()));
    results.add(of(network, "Adam", adam, Integer.MAX_VALUE));
    for (int rank : ranks) {
      Model model = (Model) network.build().apply(new Adam());
      GaLore.bind(model, GaLoreUpdater.builder().rank(rank).build());
      results.add(of(network, "GaLore, rank " + rank, Network.of(model), rank));
    }
    return results;
  }

  private static StateBytes of(MeasuredNetwork network, String updater, Network model, int rank) {
    long numbers = 0;
    for (NetworkLayer layer : model.layers()) {
      for (Parameter parameter : layer.parameters()) {
        numbers += numbers(parameter, rank);
      }
    }
    return new StateBytes(
        network.name(),
        updater,
        model.model().numParams(),
        numbers * BYTES,
        model.updater().getStateViewArray().length() * BYTES);
  }

  private static long numbers(Parameter parameter, int rank) {
    long length = parameter.values().length();
    long[] shape = parameter.values().shape();
    // The heads of attention together, [heads, size, in], are one matrix.
    long rows = shape.length == 3 ? shape[0] * shape[1] : shape[0];
    long shorter = Math.min(rows, length / rows);
    long longer = Math.max(rows, length / rows);
    return parameter.isMatrix() && rank < shorter ? shorter * rank + 2 * longer * rank : 2 * length;
  }
}
