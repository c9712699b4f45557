package org.owlore.examples.networks;

import java.util.List;
import lombok.NonNull;

/**
 * How a method did, at the learning rate with the best mean accuracy on validation images.
 *
 * @param method which
 * @param learningRate the chosen one
 * @param validation mean accuracy on validation images, for each learning rate of the grid
 * @param test accuracy on test images, for each seed
 * @param stateBytes the updater state that Deeplearning4j holds
 */
public record TransferResult(
    @NonNull TransferMethod method,
    double learningRate,
    @NonNull List<Double> validation,
    @NonNull List<Double> test,
    long stateBytes) {

  /** Copies the lists. */
  public TransferResult {
    validation = List.copyOf(validation);
    test = List.copyOf(test);
  }

  /** Mean test accuracy. */
  public double mean() {
    return mean(test);
  }

  /** Standard deviation of the test accuracies, with n - 1; 0 of a single one. */
  public double deviation() {
    double mean = mean();
    double squares = test.stream().mapToDouble(x -> (x - mean) * (x - mean)).sum();
    return test.size() < 2 ? 0 : Math.sqrt(squares / (test.size() - 1));
  }

  static double mean(List<Double> numbers) {
    return numbers.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }
}
