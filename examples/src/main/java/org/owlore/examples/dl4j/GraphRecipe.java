package org.owlore.examples.dl4j;

import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.datasets.iterator.IteratorMultiDataSetIterator;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.owlore.dl4j.GaLore;
import org.owlore.dl4j.OutlierWeighedLayerSampler;
import org.owlore.galore.GaLoreUpdater;

/**
 * A {@link ComputationGraph}: a {@link Transformer} that learns whether more tokens of a row are of
 * the upper half of the vocabulary, on rows that it makes itself.
 */
public final class GraphRecipe implements Recipe {
  private static final int ROWS = 32;
  private static final TokenRows DATA = TokenRows.upperHalf(20, 12, 0, 12);
  private static final Transformer TRANSFORMER =
      Transformer.builder().vocabulary(20).length(12).size(16).heads(2).blocks(4).build();

  private final SplittableRandom random = new SplittableRandom(1);
  private final List<MultiDataSet> train = DATA.batches(16, ROWS, random);
  private final List<MultiDataSet> test = DATA.batches(8, ROWS, random);

  @Override
  public double before(int epochs) {
    ComputationGraph net = TRANSFORMER.build(new Adam(3e-3), 1);
    for (int epoch = 0; epoch < epochs; epoch++) {
      net.fit(iterator(train));
    }
    return accuracy(net);
  }

  @Override
  public double after(int epochs) {
    ComputationGraph net = TRANSFORMER.build(new Adam(3e-3), 1);
    GaLore.bind(net, GaLoreUpdater.builder().rank(4).learningRate(3e-3).build()); // OwLore
    net.setListeners(
        OutlierWeighedLayerSampler.builder()
            .blockPattern("block(\\d+)-")
            .gamma(2)
            .interval(10)
            .build()); // OwLore
    for (int epoch = 0; epoch < epochs; epoch++) {
      net.fit(iterator(train));
    }
    return accuracy(net);
  }

  private double accuracy(ComputationGraph net) {
    return net.evaluate(iterator(test)).accuracy();
  }

  private static IteratorMultiDataSetIterator iterator(List<MultiDataSet> batches) {
    return new IteratorMultiDataSetIterator(
        batches.stream().map(org.nd4j.linalg.dataset.api.MultiDataSet.class::cast).iterator(),
        ROWS);
  }
}
