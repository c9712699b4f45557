package org.owlore.cuda.galore;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.cuda.device.DeviceMemory;
import org.owlore.cuda.kernel.NumberType;
import org.owlore.cuda.testing.InterpretedDevice;
import org.owlore.galore.GaLoreGradientUpdater;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.precision.NarrowWeight;
import org.owlore.precision.RoundingNoise;

/** The same variables trained by the host's updater and by a device's, from the same gradients. */
final class Twins {
  static final long SEED = 7;

  final InterpretedDevice device = new InterpretedDevice();
  final DeviceOptimizer optimizer;
  private final GaLoreUpdater updater;
  private final double weightDecay;
  private final Map<String, Twin> twins = new LinkedHashMap<>();
  private final Random random = new Random(11);
  private int step;

  /** One variable: on the host, and on the device. */
  private record Twin(
      INDArray weight, INDArray start, GaLoreGradientUpdater state, DeviceMemory memory) {}

  Twins(GaLoreUpdater updater, double weightDecay, String... projected) {
    this.updater = updater;
    this.weightDecay = weightDecay;
    Set<String> names = Set.of(projected);
    this.optimizer = new DeviceOptimizer(device, updater, weightDecay, names, SEED);
  }

  /** Adds a variable that may be projected or not. */
  Twins with(String name, boolean projected, DataType type, long... shape) {
    INDArray weight = gaussian(shape).castTo(type);
    GaLoreGradientUpdater state = updater.forParameter(shape);
    Twin twin =
        new Twin(
            weight, weight.dup(), projected ? state : state.doNotProject(), device.holding(weight));
    twins.put(name, twin);
    return this;
  }

  /** A step with gradients that fall off from direction to direction, on some variables. */
  void step(String... names) {
    Map<String, INDArray> gradients = new LinkedHashMap<>();
    for (String name : names) {
      gradients.put(name, gradient(twins.get(name).weight.shape()));
    }
    step(gradients);
  }

  /** A step with given gradients. */
  void step(Map<String, INDArray> gradients) {
    begin(List.copyOf(gradients.keySet()));
    gradients.forEach(this::updateOnDevice);
    gradients.forEach(this::updateOnHost);
    step++;
  }

  void begin(List<String> names) {
    Map<String, long[]> trained = new LinkedHashMap<>();
    names.forEach(name -> trained.put(name, twins.get(name).weight.shape()));
    optimizer.beginStep(trained, step, 0);
  }

  void updateOnDevice(String name, INDArray gradient) {
    Twin twin = twins.get(name);
    try (DeviceMemory memory = device.holding(gradient)) {
      NumberType type = NumberType.of(twin.weight.dataType());
      optimizer.update(name, twin.memory.start(), type, memory.start());
    }
  }

  private void updateOnHost(String name, INDArray gradient) {
    Twin twin = twins.get(name);
    INDArray copy = gradient.dup('c');
    if (NarrowWeight.isNarrow(twin.weight)) {
      twin.state.applyUpdater(copy, step, 0);
      double lost = updater.getLearningRate(step, 0) * weightDecay;
      RoundingNoise noise = RoundingNoise.of(SEED, name, step);
      new NarrowWeight(twin.weight).subtract(copy, lost, noise);
    } else {
      twin.state.updateWeight(twin.weight, copy, weightDecay, step, 0);
    }
  }

  /** The weight on the device. */
  INDArray weight(String name) {
    Twin twin = twins.get(name);
    return device.array(twin.memory.start(), twin.weight.dataType(), twin.weight.shape());
  }

  /** The weight on the host. */
  INDArray reference(String name) {
    return twins.get(name).weight;
  }

  /** How far the twins are apart, relative to how far they have come. */
  double distance(String name) {
    INDArray host = twins.get(name).weight.castTo(DataType.DOUBLE);
    INDArray way = host.sub(twins.get(name).start.castTo(DataType.DOUBLE));
    return weight(name).castTo(DataType.DOUBLE).distance2(host) / way.norm2Number().doubleValue();
  }

  /** Steps that the host's twin has done. */
  long steps(String name) {
    return twins.get(name).state.step();
  }

  INDArray gaussian(long... shape) {
    INDArray array = Nd4j.create(DataType.FLOAT, shape, 'c');
    INDArray flat = array.reshape('c', new long[] {array.length()});
    for (long i = 0; i < flat.length(); i++) {
      flat.putScalar(i, random.nextGaussian());
    }
    return array;
  }

  /** Singular values of about 4, 2.8, 2, .. times the root of the size. */
  INDArray gradient(long... shape) {
    if (shape.length != 2) {
      return gaussian(shape);
    }
    long size = Math.min(shape[0], shape[1]);
    INDArray left = gaussian(shape[0], size);
    for (int k = 0; k < size; k++) {
      left.getColumn(k).muli(4 * Math.pow(0.7, k));
    }
    return left.mmul(gaussian(size, shape[1])).dup('c');
  }

  List<String> names() {
    return new ArrayList<>(twins.keySet());
  }
}
