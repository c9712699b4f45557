package org.owlore.examples.networks;

import java.util.List;
import lombok.Builder;
import lombok.NonNull;

/**
 * How methods of transfer learning are compared.
 *
 * @param width of the hidden layers; default 64
 * @param hidden layers, each a block; default 6
 * @param pretrainingEpochs over the first five classes; default 20
 * @param labelled images of each new class to train on; default 10
 * @param validation images to choose the learning rate with; default 100
 * @param steps of fine-tuning; default 200
 * @param batch images of a step; default 25
 * @param gamma blocks that train at a time, where sampled; default 2
 * @param interval steps between draws; default 10
 * @param rank of GaLore; default 8
 * @param refreshInterval steps between two searches of GaLore's subspaces; default 50
 * @param learningRates the grid, the same for all methods
 * @param seeds splits, parameters and draws; default 5
 */
@Builder
public record TransferSettings(
    int width,
    int hidden,
    int pretrainingEpochs,
    int labelled,
    int validation,
    int steps,
    int batch,
    int gamma,
    int interval,
    int rank,
    int refreshInterval,
    @NonNull List<Double> learningRates,
    int seeds) {

  /** Refuses what cannot be compared. */
  public TransferSettings {
    learningRates = List.copyOf(learningRates);
    if (seeds < 1 || steps < 1 || labelled < 1 || learningRates.isEmpty()) {
      throw new IllegalArgumentException(
          "Nothing to compare with %d seeds, %d steps, %d labelled images and %d learning rates: each must be at least 1."
              .formatted(seeds, steps, labelled, learningRates.size()));
    }
  }

  /** A builder with the defaults. */
  public static TransferSettingsBuilder builder() {
    return new TransferSettingsBuilder()
        .width(64)
        .hidden(6)
        .pretrainingEpochs(20)
        .labelled(10)
        .validation(100)
        .steps(200)
        .batch(25)
        .gamma(2)
        .interval(10)
        .rank(8)
        .refreshInterval(50)
        .learningRates(List.of(3e-4, 1e-3, 3e-3, 1e-2, 3e-2))
        .seeds(5);
  }
}
