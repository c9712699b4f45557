package org.owlore.dl4j.testing;

import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Random batches for {@link SampleNetworks}. */
public final class SampleData {
  private SampleData() {}

  /** A batch of four examples for a kind of network; the same for the same seed. */
  public static MultiDataSet of(String kind, long seed) {
    var random = new java.util.Random(seed);
    int batch = 4;
    return switch (kind) {
      case "convolutional" -> pair(normal(random, batch, 2, 9, 8), classes(random, batch));
      case "recurrent", "truncated", "attention" ->
          pair(normal(random, batch, 5, 6), classesOverTime(random, batch, 6));
      case "transformer" -> pair(tokens(random, batch, 6), classes(random, batch));
      case "branching" ->
          new MultiDataSet(
              new INDArray[] {normal(random, batch, 4), normal(random, batch, 3)},
              new INDArray[] {classes(random, batch), normal(random, batch, 2)});
      default -> pair(normal(random, batch, 5), classes(random, batch));
    };
  }

  /** Trains one iteration. */
  public static void fit(Model network, MultiDataSet data) {
    if (network instanceof ComputationGraph graph) {
      graph.fit(data);
    } else {
      ((MultiLayerNetwork) network).fit(new DataSet(data.getFeatures(0), data.getLabels(0)));
    }
  }

  private static MultiDataSet pair(INDArray features, INDArray labels) {
    return new MultiDataSet(features, labels);
  }

  private static INDArray normal(java.util.Random random, long... shape) {
    INDArray array = Nd4j.create(shape);
    for (long i = 0; i < array.length(); i++) {
      array.putScalar(i, random.nextGaussian());
    }
    return array;
  }

  private static INDArray tokens(java.util.Random random, int batch, int length) {
    INDArray array = Nd4j.create(batch, 1, length);
    for (long i = 0; i < array.length(); i++) {
      array.putScalar(i, random.nextInt(11));
    }
    return array;
  }

  private static INDArray classes(java.util.Random random, int batch) {
    INDArray labels = Nd4j.create(batch, 3);
    for (int i = 0; i < batch; i++) {
      labels.putScalar(i, random.nextInt(3), 1);
    }
    return labels;
  }

  private static INDArray classesOverTime(java.util.Random random, int batch, int length) {
    INDArray labels = Nd4j.create(batch, 3, length);
    for (int i = 0; i < batch; i++) {
      for (int t = 0; t < length; t++) {
        labels.putScalar(i, random.nextInt(3), t, 1);
      }
    }
    return labels;
  }
}
