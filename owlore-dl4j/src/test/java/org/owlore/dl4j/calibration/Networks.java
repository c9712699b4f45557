package org.owlore.dl4j.calibration;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.owlore.dl4j.network.Block;
import org.owlore.dl4j.network.Network;
import org.owlore.dl4j.network.NetworkLayer;
import org.owlore.scoring.ScorableModel;

/** Small random networks and data. */
final class Networks {
  private Networks() {}

  static NeuralNetConfiguration.Builder random(long seed) {
    return new NeuralNetConfiguration.Builder().seed(seed).updater(new Sgd(0.1)).biasInit(0.1);
  }

  static MultiLayerNetwork layered(long seed, InputType input, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list = random(seed).list();
    Arrays.stream(layers).forEach(list::layer);
    MultiLayerNetwork network = new MultiLayerNetwork(list.setInputType(input).build());
    network.init();
    return network;
  }

  /** Every layer with a matrix is a block. */
  static List<Block> blocks(Network network) {
    List<NetworkLayer> layers = network.layers().stream().filter(NetworkLayer::hasMatrix).toList();
    return IntStream.range(0, layers.size())
        .mapToObj(i -> new Block(i, List.of(layers.get(i))))
        .toList();
  }

  static ScorableModel scorable(Network network, MultiDataSet... batches) {
    return ScorableNetwork.of(network, blocks(network), new Batches(batches));
  }

  static MultiDataSet batch(INDArray... features) {
    return new MultiDataSet(features, new INDArray[0]);
  }

  static MultiDataSet masked(INDArray features, INDArray mask) {
    return new MultiDataSet(
        new INDArray[] {features}, new INDArray[0], new INDArray[] {mask}, null);
  }

  static INDArray normal(long seed, long... shape) {
    java.util.Random random = new java.util.Random(seed);
    INDArray values = Nd4j.create(shape);
    INDArray flat = values.reshape('c', new long[] {values.length()});
    for (long i = 0; i < flat.length(); i++) {
      flat.putScalar(i, random.nextGaussian());
    }
    return values;
  }
}
