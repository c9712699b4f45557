package org.owlore.examples.dl4j;

import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import lombok.NonNull;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.owlore.dl4j.GaLore;
import org.owlore.dl4j.OutlierWeighedLayerSampler;
import org.owlore.examples.keras.KerasFile;
import org.owlore.galore.GaLoreUpdater;

/**
 * A transformer that was trained in Keras to say whether more tokens of a row are of the upper half
 * of the vocabulary, fine-tuned to say so of the second half of the row alone; on rows that it
 * makes itself.
 *
 * @param folder where to put the Keras file, which lies inside the jar
 */
public record KerasRecipe(@NonNull Path folder) implements Recipe {
  private static final TokenRows DATA = TokenRows.upperHalf(32, 16, 8, 16);

  @Override
  public double before(int epochs) {
    ComputationGraph net = KerasFile.example("transformer.h5", folder).functional();
    fit(net, epochs);
    return accuracy(net);
  }

  @Override
  public double after(int epochs) {
    ComputationGraph net = KerasFile.example("transformer.h5", folder).functional();
    GaLore.bind(net, GaLoreUpdater.builder().rank(8).learningRate(1e-3).build()); // OwLore
    net.setListeners(
        OutlierWeighedLayerSampler.builder()
            .blockPattern("block(\\d+)_")
            .gamma(1)
            .interval(10)
            .build()); // OwLore
    fit(net, epochs);
    return accuracy(net);
  }

  private static void fit(ComputationGraph net, int epochs) {
    List<MultiDataSet> train = DATA.batches(16, 32, new SplittableRandom(1));
    for (int epoch = 0; epoch < epochs; epoch++) {
      train.forEach(net::fit);
    }
  }

  private static double accuracy(ComputationGraph net) {
    MultiDataSet test = DATA.batches(1, 256, new SplittableRandom(2)).get(0);
    return net.output(test.getFeatures())[0]
        .argMax(1)
        .eq(test.getLabels(0).argMax(1))
        .castTo(org.nd4j.linalg.api.buffer.DataType.FLOAT)
        .meanNumber()
        .doubleValue();
  }
}
