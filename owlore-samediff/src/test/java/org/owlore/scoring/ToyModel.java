package org.owlore.scoring;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.graph.Layer;
import org.owlore.graph.LayerMap;
import org.owlore.graph.LinearWeight;
import org.owlore.graph.Orientation;

/**
 * A model that computes nothing: random weights with heavy tails and random activations. Each layer
 * has two weights ("query", "key") that share an input and one ("out") with an input of its own.
 */
final class ToyModel {
  private static final int HIDDEN = 6;
  private static final int INNER = 9;

  final List<Layer> layers = new ArrayList<>();
  final Map<String, double[][]> weights = new LinkedHashMap<>();
  final List<Batch> batches = new ArrayList<>();
  private final Random random;
  private final Orientation orientation;

  /** A model of some layers, its weights stored in one way, without any batch. */
  ToyModel(long seed, int layerCount, Orientation orientation) {
    this.random = new Random(seed);
    this.orientation = orientation;
    for (int i = 0; i < layerCount; i++) {
      List<LinearWeight> linears =
          List.of(
              linear(i, "query", HIDDEN, INNER, "hidden"),
              linear(i, "key", HIDDEN, 3, "hidden"),
              linear(i, "out", INNER, HIDDEN, "inner"));
      layers.add(new Layer(i, linears, List.of(), "residual" + i, "residual" + (i + 1)));
    }
  }

  private LinearWeight linear(int layer, String name, int in, int out, String input) {
    String weight = layer + "." + name;
    weights.put(weight, random(out, in));
    return new LinearWeight(weight, layer + "." + input, orientation);
  }

  /** Adds a batch of random activations; adds one token for each entry of the mask. */
  ToyModel batch(boolean... counted) {
    Map<String, double[][]> activations = new LinkedHashMap<>();
    activations.put("residual0", random(counted.length, HIDDEN));
    for (Layer layer : layers) {
      activations.put(layer.index() + ".hidden", random(counted.length, HIDDEN));
      activations.put(layer.index() + ".inner", random(counted.length, INNER));
      activations.put(layer.output(), random(counted.length, HIDDEN));
    }
    batches.add(new Batch(activations, counted));
    return this;
  }

  /** What the metrics see. */
  ScorableModel scorable() {
    return new ScorableModel(
        new LayerMap(layers, List.of(), List.of(), List.of()), this::weight, this::run);
  }

  private INDArray weight(String name) {
    INDArray matrix = array(weights.get(name));
    return orientation == Orientation.OUT_IN ? matrix : matrix.transpose().dup('c');
  }

  private void run(Set<String> variables, ActivationVisitor visitor) {
    for (Batch batch : batches) {
      batch.activations.forEach(
          (name, values) -> {
            if (variables.contains(name)) {
              // Closed at once, so that a metric that keeps the array instead of a copy fails.
              try (INDArray activation = array(values)) {
                visitor.visit(name, activation, batch.counted);
              }
            }
          });
    }
  }

  /** All tokens of an activation that count, over all batches. */
  List<double[]> countedTokens(String activation) {
    List<double[]> tokens = new ArrayList<>();
    for (Batch batch : batches) {
      for (int token = 0; token < batch.counted.length; token++) {
        if (batch.counted[token]) {
          tokens.add(batch.activations.get(activation)[token]);
        }
      }
    }
    return tokens;
  }

  private double[][] random(int rows, int columns) {
    double[][] values = new double[rows][columns];
    for (double[] row : values) {
      for (int i = 0; i < columns; i++) {
        // A float, so that storing it loses nothing.
        row[i] = (float) Math.pow(random.nextGaussian(), 3);
      }
    }
    return values;
  }

  static INDArray array(double[][] values) {
    return Nd4j.createFromArray(values).castTo(DataType.FLOAT);
  }

  record Batch(Map<String, double[][]> activations, boolean[] counted) {}
}
