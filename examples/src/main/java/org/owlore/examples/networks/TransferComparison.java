package org.owlore.examples.networks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import lombok.NonNull;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Fine-tunes the same pretrained networks with every method: same images, same steps, same grid of
 * learning rates, of which each method gets its best on validation images.
 *
 * @param images to learn from
 * @param settings of the comparison
 */
public record TransferComparison(
    @NonNull LabelledImages images, @NonNull TransferSettings settings) {

  /** Accuracy of one run, and the state it held. */
  private record Trained(double validation, double test, long stateBytes) {}

  /** The number of runs. */
  public int runs() {
    return settings.seeds() * settings.learningRates().size() * TransferMethod.values().length;
  }

  /**
   * Runs everything.
   *
   * @param progress is told the number of finished runs
   * @throws IllegalArgumentException if there are too few images
   */
  public List<TransferResult> run(@NonNull IntConsumer progress) {
    List<TransferTask> tasks = new ArrayList<>();
    // With the seed 0, ND4J draws other numbers each time.
    for (int seed = 1; seed <= settings.seeds(); seed++) {
      tasks.add(new TransferTask(images, settings, seed));
    }
    List<TransferResult> results = new ArrayList<>();
    int[] finished = {0};
    for (TransferMethod method : TransferMethod.values()) {
      results.add(compare(method, tasks, () -> progress.accept(++finished[0])));
    }
    return results;
  }

  private TransferResult compare(
      TransferMethod method, List<TransferTask> tasks, Runnable finished) {
    List<Double> validation = new ArrayList<>();
    List<Trained> best = List.of();
    double chosen = 0;
    for (double learningRate : settings.learningRates()) {
      List<Trained> trained = new ArrayList<>();
      for (TransferTask task : tasks) {
        trained.add(train(method, task, learningRate));
        finished.run();
      }
      double mean = TransferResult.mean(trained.stream().map(Trained::validation).toList());
      if (validation.stream().allMatch(other -> mean > other)) {
        best = trained;
        chosen = learningRate;
      }
      validation.add(mean);
    }
    return new TransferResult(
        method,
        chosen,
        validation,
        best.stream().map(Trained::test).toList(),
        best.get(0).stateBytes());
  }

  private Trained train(TransferMethod method, TransferTask task, double learningRate) {
    MultiLayerNetwork network = method.network(task, settings, learningRate);
    long stateBytes = network.getUpdater().getStateViewArray().length() * Float.BYTES;
    task.batches().forEach(network::fit);
    return new Trained(
        accuracy(network, task.validation()), accuracy(network, task.test()), stateBytes);
  }

  private static double accuracy(MultiLayerNetwork network, DataSet images) {
    Evaluation evaluation = new Evaluation();
    evaluation.eval(images.getLabels(), network.output(images.getFeatures()));
    return evaluation.accuracy();
  }
}
