package org.owlore.examples.networks;

import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import lombok.NonNull;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * A network to measure, with something to train on.
 *
 * @param name for tables, with its size
 * @param build makes the network, initialized, always with the same parameters
 * @param batch random data
 * @param blocks number of blocks
 * @param blockPattern finds the layers of a block by their names; the others train in every step
 * @param neverTrained layers that do not train at all
 */
public record MeasuredNetwork(
    @NonNull String name,
    @NonNull Function<IUpdater, NeuralNetwork> build,
    @NonNull MultiDataSet batch,
    int blocks,
    @NonNull Pattern blockPattern,
    @NonNull List<String> neverTrained) {

  /** Copies the list. */
  public MeasuredNetwork {
    neverTrained = List.copyOf(neverTrained);
  }
}
