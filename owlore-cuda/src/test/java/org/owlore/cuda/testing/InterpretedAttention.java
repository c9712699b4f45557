package org.owlore.cuda.testing;

import java.util.ArrayList;
import java.util.List;
import org.owlore.cuda.device.Attention;
import org.owlore.cuda.device.Attention.Matrix;
import org.owlore.cuda.device.Place;
import org.owlore.cuda.kernel.NumberType;

/** An attention in plain loops, with an array of all pairs. */
final class InterpretedAttention {
  private final Attention attention;
  private final InterpretedDevice device;
  private final List<Place> places;
  private final int batches;
  private final int rows;
  private final int columns;

  InterpretedAttention(Attention attention, InterpretedDevice device, List<Place> places) {
    this.attention = attention;
    this.device = device;
    this.places = places;
    this.batches = Math.toIntExact(attention.batches());
    this.rows = Math.toIntExact(attention.rows());
    this.columns = Math.toIntExact(attention.columns());
  }

  void run() {
    float[] query = read(Matrix.QUERY, 0);
    float[] key = read(Matrix.KEY, 1);
    float[] value = read(Matrix.VALUE, 2);
    float[] products = times(query, rows, transposed(key, columns), columns);
    float[] weights = scores(products);
    float[][] statistics = softmax(weights);
    if (attention.pass() == Attention.Pass.OUTPUT) {
      write(Matrix.OUTPUT, 3, times(rounded(weights), rows, value, depth(Matrix.VALUE)));
      return;
    }
    float[] outputGradient = read(Matrix.OUTPUT_GRADIENT, 3);
    float[] weightGradients = times(outputGradient, rows, transposed(value, columns), columns);
    statistics[2] = sums(weights, weightGradients);
    float[] gradients =
        rounded(productGradients(products, weights, weightGradients, statistics[2]));
    if (attention.pass() == Attention.Pass.ROWS) {
      write(Matrix.QUERY_GRADIENT, 4, times(gradients, rows, key, depth(Matrix.KEY)));
      writeStatistics(statistics);
    } else {
      float[] byColumn = transposed(gradients, rows);
      write(Matrix.KEY_GRADIENT, 5, times(byColumn, columns, query, depth(Matrix.QUERY)));
      float[] weightsByColumn = transposed(rounded(weights), rows);
      write(
          Matrix.VALUE_GRADIENT,
          6,
          times(weightsByColumn, columns, outputGradient, depth(Matrix.VALUE)));
    }
  }

  /** The arrays of the score's parameters from 2 on. */
  private List<Place> ofScore() {
    int first = attention.pass().getNamed();
    return places.subList(first, first + attention.score().parameters().size() - 2);
  }

  private List<Place> ofProductGradient() {
    return places.subList(attention.pass().getNamed() + ofScore().size(), places.size());
  }

  private float[] scores(float[] products) {
    List<Place> arguments = new ArrayList<>(List.of(pairs(products), pairs(products)));
    arguments.addAll(ofScore());
    new InterpretedKernel(attention.score()).run(arguments);
    return numbers(arguments.get(1), NumberType.FLOAT32, products.length);
  }

  private float[] productGradients(
      float[] products, float[] weights, float[] weightGradients, float[] sums) {
    float[] scoreGradients = new float[weights.length];
    for (int pair = 0; pair < weights.length; pair++) {
      scoreGradients[pair] = weights[pair] * (weightGradients[pair] - sums[pair / columns]);
    }
    List<Place> arguments =
        new ArrayList<>(List.of(pairs(products), pairs(scoreGradients), pairs(scoreGradients)));
    arguments.addAll(ofProductGradient());
    new InterpretedKernel(attention.productGradient()).run(arguments);
    return numbers(arguments.get(2), NumberType.FLOAT32, products.length);
  }

  /** Turns scores into weights; returns largest scores, reciprocals of sums, and nothing yet. */
  private float[][] softmax(float[] scores) {
    float[][] statistics = new float[Attention.STATISTICS][batches * rows];
    for (int row = 0; row < batches * rows; row++) {
      float maximum = Float.NEGATIVE_INFINITY;
      for (int pair = row * columns; pair < (row + 1) * columns; pair++) {
        maximum = InterpretedFunction.maximum(maximum, scores[pair]);
      }
      float sum = 0;
      for (int pair = row * columns; pair < (row + 1) * columns; pair++) {
        scores[pair] = (float) Math.exp(scores[pair] - maximum);
        sum += scores[pair];
      }
      for (int pair = row * columns; pair < (row + 1) * columns; pair++) {
        scores[pair] /= sum;
      }
      statistics[0][row] = maximum;
      statistics[1][row] = 1 / sum;
    }
    return statistics;
  }

  private float[] sums(float[] weights, float[] weightGradients) {
    float[] sums = new float[batches * rows];
    for (int pair = 0; pair < weights.length; pair++) {
      sums[pair / columns] += weights[pair] * weightGradients[pair];
    }
    return sums;
  }

  private float[] rounded(float[] numbers) {
    Place scratch = scratch(attention.operands(), numbers);
    return numbers(scratch, attention.operands(), numbers.length);
  }

  /** Products of matrices that lie row by row, one for each batch. */
  private float[] times(float[] left, int leftRows, float[] right, int rightColumns) {
    int inner = left.length / (batches * leftRows);
    float[] result = new float[batches * leftRows * rightColumns];
    for (int row = 0; row < batches * leftRows; row++) {
      int first = row / leftRows * inner;
      for (int k = 0; k < inner; k++) {
        for (int column = 0; column < rightColumns; column++) {
          result[row * rightColumns + column] +=
              left[row * inner + k] * right[(first + k) * rightColumns + column];
        }
      }
    }
    return result;
  }

  /** Matrices with some rows each, on their sides. */
  private float[] transposed(float[] matrices, int matrixRows) {
    int width = matrices.length / (batches * matrixRows);
    float[] result = new float[matrices.length];
    for (int row = 0; row < batches * matrixRows; row++) {
      int batch = row / matrixRows;
      for (int column = 0; column < width; column++) {
        result[(batch * width + column) * matrixRows + row % matrixRows] =
            matrices[row * width + column];
      }
    }
    return result;
  }

  private float[] read(Matrix matrix, int argument) {
    int length = batches * positions(matrix) * depth(matrix);
    float[] numbers = numbers(places.get(argument), attention.operands(), length);
    return attention.transposed().contains(matrix) ? transposed(numbers, depth(matrix)) : numbers;
  }

  private void write(Matrix matrix, int argument, float[] numbers) {
    boolean aside = attention.transposed().contains(matrix);
    put(
        places.get(argument),
        attention.operands(),
        aside ? transposed(numbers, positions(matrix)) : numbers);
  }

  private void writeStatistics(float[][] statistics) {
    float[] numbers = new float[Attention.STATISTICS * batches * rows];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = statistics[i % Attention.STATISTICS][i / Attention.STATISTICS];
    }
    put(places.get(5), NumberType.FLOAT32, numbers);
  }

  private int positions(Matrix matrix) {
    return switch (matrix) {
      case QUERY, OUTPUT, OUTPUT_GRADIENT, QUERY_GRADIENT -> rows;
      case KEY, VALUE, KEY_GRADIENT, VALUE_GRADIENT -> columns;
    };
  }

  private int depth(Matrix matrix) {
    return switch (matrix) {
      case QUERY, KEY, QUERY_GRADIENT, KEY_GRADIENT -> Math.toIntExact(attention.depth());
      case VALUE, OUTPUT, OUTPUT_GRADIENT, VALUE_GRADIENT ->
          Math.toIntExact(attention.valueDepth());
    };
  }

  private Place pairs(float[] numbers) {
    return scratch(NumberType.FLOAT32, numbers);
  }

  private Place scratch(NumberType type, float[] numbers) {
    Place place = new InterpretedMemory(device, -1, numbers.length * type.getWidth()).start();
    put(place, type, numbers);
    return place;
  }

  private float[] numbers(Place place, NumberType type, int count) {
    InterpretedMemory memory = InterpretedMemory.of(device, place);
    int start = memory.first(place.offset(), (long) count * type.getWidth());
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = memory.real(type, start + i * type.getWidth());
    }
    return numbers;
  }

  private void put(Place place, NumberType type, float[] numbers) {
    InterpretedMemory memory = InterpretedMemory.of(device, place);
    int start = memory.first(place.offset(), (long) numbers.length * type.getWidth());
    for (int i = 0; i < numbers.length; i++) {
      memory.putReal(type, start + i * type.getWidth(), numbers[i]);
    }
  }
}
