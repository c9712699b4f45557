package org.owlore.examples.dl4j;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;
import lombok.NonNull;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Rows of random tokens with a question about each: data that examples make for themselves.
 *
 * @param vocabulary tokens are 0 to this, exclusive
 * @param length tokens of a row
 * @param question from a row to its class, 0 or 1
 */
public record TokenRows(int vocabulary, int length, @NonNull ToIntFunction<int[]> question) {

  /** Whether more tokens of a part of the row are of the upper half of the vocabulary. */
  public static TokenRows upperHalf(int vocabulary, int length, int from, int until) {
    return new TokenRows(
        vocabulary,
        length,
        row -> {
          int upper = 0;
          for (int i = from; i < until; i++) {
            upper += row[i] >= vocabulary / 2 ? 1 : -1;
          }
          return upper > 0 ? 1 : 0;
        });
  }

  /** Batches of tokens and positions {@code [rows, length]}, with labels {@code [rows, 2]}. */
  public List<MultiDataSet> batches(int count, int rows, @NonNull RandomGenerator random) {
    List<MultiDataSet> batches = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      batches.add(batch(rows, random));
    }
    return batches;
  }

  private MultiDataSet batch(int rows, RandomGenerator random) {
    float[][] tokens = new float[rows][length];
    float[][] positions = new float[rows][length];
    float[][] labels = new float[rows][2];
    for (int row = 0; row < rows; row++) {
      int[] drawn = random.ints(length, 0, vocabulary).toArray();
      for (int i = 0; i < length; i++) {
        tokens[row][i] = drawn[i];
        positions[row][i] = i;
      }
      labels[row][question.applyAsInt(drawn)] = 1;
    }
    INDArray[] features = {Nd4j.createFromArray(tokens), Nd4j.createFromArray(positions)};
    return new MultiDataSet(features, new INDArray[] {Nd4j.createFromArray(labels)});
  }
}
