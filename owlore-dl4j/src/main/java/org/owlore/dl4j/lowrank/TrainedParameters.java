package org.owlore.dl4j.lowrank;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.NoOp;
import org.owlore.dl4j.network.Parameter;

/**
 * The parameters of a layer that its updater trains, in the order of memory. Statistics of batch
 * normalisation are none of them: with DL4J's {@link NoOp} their gradient is the change itself.
 */
final class TrainedParameters {
  private final BoundLayer layer;
  private final List<Parameter> all = new ArrayList<>();
  private final List<Parameter> trained = new ArrayList<>();

  /**
   * Finds them.
   *
   * @param flat all parameters of the network
   */
  TrainedParameters(BoundLayer layer, INDArray flat) {
    this.layer = layer;
    Trainable trainable = layer.trainable();
    TrainingConfig config = trainable.getConfig();
    for (Map.Entry<String, INDArray> entry : trainable.paramTable(false).entrySet()) {
      INDArray values = entry.getValue();
      long from = values.offset() - flat.offset();
      Parameter parameter =
          new Parameter(layer.name(), entry.getKey(), values, from, from + values.length());
      all.add(parameter);
      if (!(config.getUpdaterByParam(entry.getKey()) instanceof NoOp)) {
        trained.add(parameter);
      }
    }
  }

  /**
   * The parameters.
   *
   * @throws IllegalArgumentException if DL4J would not give them one gradient and one state
   */
  List<Parameter> inMemoryOrder() {
    checkPretraining();
    List<Parameter> ordered = new ArrayList<>(trained);
    ordered.sort(Comparator.comparingLong(Parameter::from));
    checkOneRun(ordered);
    return ordered;
  }

  private void checkPretraining() {
    for (Parameter parameter : trained) {
      if (layer.trainable().getConfig().isPretrainParam(parameter.key())) {
        throw new IllegalArgumentException(
            "Layer \"%s\" has a parameter that only layerwise pretraining trains (%s), which GaLore does not do: replace it by a layer without pretraining, e.g. a DenseLayer."
                .formatted(layer.name(), parameter.key()));
      }
    }
  }

  /** DL4J counts positions along the layer's table, which need not be in the order of memory. */
  private void checkOneRun(List<Parameter> ordered) {
    if (ordered.isEmpty()) {
      return;
    }
    int first = names(all).indexOf(trained.get(0).key());
    boolean together = names(all.subList(first, first + trained.size())).equals(names(trained));
    long from = all.stream().mapToLong(Parameter::from).min().orElseThrow() + length(all, first);
    long until = from + length(trained, trained.size());
    Parameter last = ordered.get(ordered.size() - 1);
    if (!together || ordered.get(0).from() != from || last.until() != until) {
      throw new IllegalArgumentException(
          "The trained parameters %s of layer \"%s\" do not lie together among %s: give none of its biases the updater NoOp."
              .formatted(names(trained), layer.name(), names(all)));
    }
  }

  private static long length(List<Parameter> parameters, int count) {
    return parameters.stream().limit(count).mapToLong(p -> p.until() - p.from()).sum();
  }

  private static List<String> names(List<Parameter> parameters) {
    return parameters.stream().map(Parameter::key).toList();
  }
}
