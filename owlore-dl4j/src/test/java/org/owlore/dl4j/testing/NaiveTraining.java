package org.owlore.dl4j.testing;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.Regularization.ApplyStep;
import org.owlore.dl4j.network.Network;
import org.owlore.dl4j.network.NetworkLayer;
import org.owlore.dl4j.network.Parameter;

/**
 * Trains some layers of a network the long way: all gradients from DL4J, one updater a parameter
 * with a state and a count of steps of its own, and a subtraction.
 */
public final class NaiveTraining {
  private final Network network;
  private final Map<String, GradientUpdater<?>> updaters = new HashMap<>();
  private final Map<String, Integer> steps = new HashMap<>();
  private int iteration;

  /** Training of a network that never uses its own updater. */
  public NaiveTraining(Network network) {
    this.network = network;
  }

  /** One batch: what belongs to a block trains if the block is listed, all else always. */
  public void fit(MultiDataSet data, List<String> trained, List<String> blocks) {
    if (network.model() instanceof MultiLayerNetwork layered
        && layered.getLayerWiseConfigurations().getBackpropType() == BackpropType.TruncatedBPTT) {
      int length = layered.getLayerWiseConfigurations().getTbpttFwdLength();
      layered.rnnClearPreviousState();
      for (long from = 0; from < data.getFeatures(0).size(2); from += length) {
        step(segment(data, from, from + length), trained, blocks);
        layered.updateRnnStateWithTBPTTState();
      }
    } else {
      step(data, trained, blocks);
    }
  }

  private static MultiDataSet segment(MultiDataSet data, long from, long until) {
    INDArrayIndex[] part = {
      NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(from, until)
    };
    return new MultiDataSet(data.getFeatures(0).get(part), data.getLabels(0).get(part));
  }

  private void step(MultiDataSet data, List<String> trained, List<String> blocks) {
    Map<String, INDArray> gradients = gradients(network.model(), data);
    int batch = (int) data.getFeatures(0).size(0);
    for (NetworkLayer layer : network.layers()) {
      Optional<String> block =
          blocks.stream()
              .filter(name -> List.of(name.split("\\+")).contains(layer.name()))
              .findFirst();
      if (block.isEmpty() || trained.contains(block.get())) {
        layer.parameters().forEach(parameter -> update(layer, parameter, gradients, batch));
      }
    }
    iteration++;
  }

  private void update(
      NetworkLayer layer, Parameter parameter, Map<String, INDArray> gradients, int batch) {
    String key =
        network.model() instanceof MultiLayerNetwork
            ? layer.position() + "_" + parameter.key()
            : parameter.name();
    INDArray gradient = gradients.get(key);
    INDArray flat = gradient.dup(parameter.values().ordering());
    flat = flat.reshape(flat.ordering(), new long[] {flat.length()});
    if (layer.trainable().updaterDivideByMinibatch(parameter.key())) {
      flat.divi(batch);
    }
    IUpdater config = layer.trainable().getConfig().getUpdaterByParam(parameter.key());
    int step = steps.merge(parameter.name(), 1, Integer::sum) - 1;
    IUpdater now = config.clone();
    if (config.hasLearningRate()) {
      now.setLrAndSchedule(config.getLearningRate(iteration, 0), null);
    }
    GradientUpdater<?> updater =
        updaters.computeIfAbsent(
            parameter.name(),
            name -> {
              long size = config.stateSize(parameter.values().length());
              return config.instantiate(size == 0 ? null : Nd4j.create(new long[] {size}), true);
            });
    double rate = config.hasLearningRate() ? config.getLearningRate(iteration, 0) : 1;
    regularize(layer, parameter, flat, ApplyStep.BEFORE_UPDATER, rate);
    now.instantiate(updater.getState(), false).applyUpdater(flat, step, 0);
    regularize(layer, parameter, flat, ApplyStep.POST_UPDATER, rate);
    parameter
        .values()
        .subi(flat.reshape(parameter.values().ordering(), parameter.values().shape()));
  }

  private static void regularize(
      NetworkLayer layer, Parameter parameter, INDArray update, ApplyStep when, double rate) {
    INDArray values = parameter.values();
    INDArray flat = values.reshape(values.ordering(), new long[] {values.length()});
    List<Regularization> all =
        layer.trainable().getConfig().getRegularizationByParam(parameter.key());
    for (Regularization regularization : all == null ? List.<Regularization>of() : all) {
      if (regularization.applyStep() == when) {
        regularization.apply(flat, update, rate, 0, 0);
      }
    }
  }

  private static Map<String, INDArray> gradients(Model model, MultiDataSet data) {
    if (model instanceof ComputationGraph graph) {
      graph.setInputs(data.getFeatures());
      graph.setLabels(data.getLabels());
      graph.computeGradientAndScore();
      return graph.gradient().gradientForVariable();
    }
    MultiLayerNetwork network = (MultiLayerNetwork) model;
    network.setInput(data.getFeatures(0));
    network.setLabels(data.getLabels(0));
    network.computeGradientAndScore();
    return network.gradient().gradientForVariable();
  }
}
