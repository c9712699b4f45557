package org.owlore.dl4j.freezing;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.dl4j.network.Network;
import org.owlore.dl4j.network.NetworkLayer;

/**
 * Freezes the same layers in every iteration, and looks at the gradients: before the backward pass
 * all are set to NaN, so that what is a number afterwards was computed.
 */
final class FreezeListener extends BaseTrainingListener {
  private final Network network;
  private final Freeze freeze;
  private double[] computed;
  private double[] subtracted;

  private FreezeListener(Network network, Freeze freeze) {
    this.network = network;
    this.freeze = freeze;
  }

  /** Attaches a listener that lets some layers train. */
  static FreezeListener training(Model model, String... trained) {
    Network network = Network.of(model);
    Map<NetworkLayer, Integer> lags = new HashMap<>();
    network.layers().stream()
        .filter(layer -> List.of(trained).contains(layer.name()))
        .forEach(layer -> lags.put(layer, 0));
    FreezeListener listener = new FreezeListener(network, new Freeze(network, lags));
    if (model instanceof ComputationGraph graph) {
      graph.initGradientsView();
      graph.setListeners(listener);
    } else {
      ((MultiLayerNetwork) model).initGradientsView();
      ((MultiLayerNetwork) model).setListeners(listener);
    }
    return listener;
  }

  Freeze freeze() {
    return freeze;
  }

  /** The layers of which the last backward pass has computed gradients. */
  List<String> computed() {
    return network.layers().stream()
        .filter(layer -> Double.isFinite(of(layer, computed)[0]))
        .map(NetworkLayer::name)
        .toList();
  }

  /** What the last iteration has subtracted from the parameters of a layer. */
  double[] subtracted(String layer) {
    return network.layers().stream()
        .filter(candidate -> candidate.name().equals(layer))
        .map(candidate -> of(candidate, subtracted))
        .findFirst()
        .orElseThrow();
  }

  private static double[] of(NetworkLayer layer, double[] flat) {
    return Arrays.copyOfRange(flat, (int) layer.from(), (int) layer.until());
  }

  @Override
  public void onForwardPass(Model model, List<INDArray> activations) {
    begin();
  }

  @Override
  public void onForwardPass(Model model, Map<String, INDArray> activations) {
    begin();
  }

  private void begin() {
    network.gradients().assign(Double.NaN);
    freeze.beforeBackward();
  }

  @Override
  public void onBackwardPass(Model model) {
    computed = network.gradients().toDoubleVector();
    freeze.afterBackward();
  }

  @Override
  public void onGradientCalculation(Model model) {
    freeze.beforeUpdate();
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    subtracted = network.gradients().toDoubleVector();
    freeze.afterUpdate();
  }
}
