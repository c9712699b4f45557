package org.owlore.huggingface;

import java.util.Random;
import lombok.RequiredArgsConstructor;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Fresh weights as transformers initializes them: matrices normal with mean 0, norm weights 1,
 * biases 0.
 *
 * <p>Each weight depends on the seed and its own name only, so the same seed gives the same weights
 * in any order.
 */
@RequiredArgsConstructor
public final class RandomWeights implements WeightSource {
  private final double standardDeviation;
  private final long seed;

  @Override
  public INDArray weight(String name, long... shape) {
    INDArray array = Nd4j.create(DataType.FLOAT, shape, 'c');
    if (name.endsWith("norm.weight")) {
      array.assign(1);
    } else if (name.endsWith(".weight")) {
      fill(array, new Random(seed * 31 + name.hashCode()));
    }
    return array;
  }

  private void fill(INDArray array, Random random) {
    for (long i = 0; i < array.length(); i++) {
      array.data().put(i, (float) (random.nextGaussian() * standardDeviation));
    }
  }
}
