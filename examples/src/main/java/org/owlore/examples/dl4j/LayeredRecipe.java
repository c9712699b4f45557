package org.owlore.examples.dl4j;

import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.SplitTestAndTrain;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.owlore.dl4j.GaLore;
import org.owlore.dl4j.OutlierWeighedLayerSampler;
import org.owlore.galore.GaLoreUpdater;

/** A {@link MultiLayerNetwork} that tells the species of a flower, on {@link Iris}. */
public final class LayeredRecipe implements Recipe {
  private final SplitTestAndTrain flowers = Iris.load().splitTestAndTrain(100);

  @Override
  public double before(int epochs) {
    MultiLayerNetwork net = new MultiLayerNetwork(configuration());
    net.init();
    net.fit(train(), epochs);
    return net.evaluate(test()).accuracy();
  }

  @Override
  public double after(int epochs) {
    MultiLayerNetwork net = new MultiLayerNetwork(configuration());
    net.init();
    GaLore.bind(net, GaLoreUpdater.builder().rank(4).learningRate(1e-2).build()); // OwLore
    net.setListeners(OutlierWeighedLayerSampler.builder().gamma(2).interval(20).build()); // OwLore
    net.fit(train(), epochs);
    return net.evaluate(test()).accuracy();
  }

  private static MultiLayerConfiguration configuration() {
    return new NeuralNetConfiguration.Builder()
        .seed(1)
        .updater(new Adam(1e-2))
        .weightInit(WeightInit.XAVIER)
        .activation(Activation.TANH)
        .list()
        .layer(new DenseLayer.Builder().name("hidden0").nOut(16).build())
        .layer(new DenseLayer.Builder().name("hidden1").nOut(16).build())
        .layer(new DenseLayer.Builder().name("hidden2").nOut(16).build())
        .layer(new DenseLayer.Builder().name("hidden3").nOut(16).build())
        .layer(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .name("species")
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .build())
        .setInputType(InputType.feedForward(4))
        .build();
  }

  private DataSetIterator train() {
    return batches(flowers.getTrain());
  }

  private DataSetIterator test() {
    return batches(flowers.getTest());
  }

  private static DataSetIterator batches(DataSet data) {
    return new ListDataSetIterator<>(data.asList(), 20);
  }
}
