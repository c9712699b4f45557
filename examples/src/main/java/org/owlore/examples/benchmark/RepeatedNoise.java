package org.owlore.examples.benchmark;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.huggingface.HuggingFaceConfig;
import org.owlore.huggingface.RandomWeights;
import org.owlore.huggingface.WeightSource;
import org.owlore.precision.StorageType;

/**
 * Random weights that repeat after a million numbers: made by copying, and so for models of
 * billions of weights that are there to be timed. No two rows of a matrix are equal, since the
 * period is prime and larger than a row.
 */
final class RepeatedNoise implements WeightSource {
  private static final int PERIOD = 1_000_003;

  private final StorageType storage;
  private final INDArray noise;

  RepeatedNoise(HuggingFaceConfig config, long seed, StorageType storage) {
    this.storage = storage;
    DataType type = storage.dataType(1, PERIOD);
    this.noise = new RandomWeights(config, seed).weight("noise.weight", 1, PERIOD).castTo(type);
  }

  @Override
  public INDArray weight(String name, long... shape) {
    INDArray array = Nd4j.createUninitialized(storage.dataType(shape), shape, 'c');
    if (shape.length == 1) {
      return array.assign(name.endsWith("norm.weight") ? 1 : 0);
    }
    int width = array.dataType().width();
    Pointer source = noise.data().pointer();
    Pointer target = array.data().pointer();
    long start = Math.floorMod(name.hashCode(), PERIOD);
    for (long filled = 0; filled < array.length(); ) {
      long count = Math.min(PERIOD - start, array.length() - filled);
      Pointer.memcpy(at(target, filled * width), at(source, start * width), count * width);
      filled += count;
      start = 0;
    }
    return array;
  }

  private static Pointer at(Pointer pointer, long bytes) {
    return new BytePointer(pointer).position(bytes);
  }
}
