package org.owlore.huggingface;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.backend.HostMemory;

/**
 * Fresh weights as transformers initializes them: matrices normal with mean 0, norm weights 1,
 * biases 0.
 *
 * <p>Each weight depends on the seed and its own name only, so the same seed gives the same weights
 * in any order.
 */
public final class RandomWeights implements WeightSource {
  private static final RandomGeneratorFactory<RandomGenerator> GENERATORS =
      RandomGeneratorFactory.of("L64X128MixRandom");
  private static final int CHUNK = 1 << 16;

  private final double standardDeviation;
  private final long seed;

  /**
   * Weights for a configuration.
   *
   * @param config gives the standard deviation, {@code initializer_range}
   * @param seed same seed, same weights
   */
  public RandomWeights(HuggingFaceConfig config, long seed) {
    this.standardDeviation = config.initializerRange();
    this.seed = seed;
  }

  @Override
  public INDArray weight(String name, long... shape) {
    INDArray array = Nd4j.create(DataType.FLOAT, shape, 'c');
    if (name.endsWith("norm.weight")) {
      array.assign(1);
    } else if (name.endsWith(".weight")) {
      fill(array, GENERATORS.create(seed * 31 + name.hashCode()));
    }
    return array;
  }

  private void fill(INDArray array, RandomGenerator random) {
    FloatPointer target = new FloatPointer(HostMemory.toChange(array));
    float[] chunk = new float[CHUNK];
    for (long start = 0; start < array.length(); start += CHUNK) {
      int size = (int) Math.min(CHUNK, array.length() - start);
      for (int i = 0; i < size; i++) {
        chunk[i] = (float) (random.nextGaussian() * standardDeviation);
      }
      target.position(start).put(chunk, 0, size);
    }
  }
}
