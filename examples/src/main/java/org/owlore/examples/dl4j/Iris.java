package org.owlore.examples.dl4j;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Fisher's 150 flowers, from {@code iris.dat} inside the jar of deeplearning4j-core. ({@code
 * IrisDataSetIterator} of version 1.0.0-M2.1 downloads the same file.)
 */
final class Iris {
  private static final int FEATURES = 4;
  private static final int SPECIES = 3;

  private Iris() {}

  /** All flowers, shuffled: features {@code [150, 4]} in centimetres, labels {@code [150, 3]}. */
  static DataSet load() {
    List<double[]> rows = rows();
    double[][] features = new double[rows.size()][FEATURES];
    double[][] labels = new double[rows.size()][SPECIES];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i), 0, features[i], 0, FEATURES);
      labels[i][(int) rows.get(i)[FEATURES]] = 1;
    }
    DataSet flowers =
        new DataSet(
            Nd4j.createFromArray(features).castTo(Nd4j.defaultFloatingPointType()),
            Nd4j.createFromArray(labels).castTo(Nd4j.defaultFloatingPointType()));
    flowers.shuffle(7);
    return flowers;
  }

  private static List<double[]> rows() {
    try (InputStream file = Iris.class.getResourceAsStream("/iris.dat");
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(file, StandardCharsets.US_ASCII))) {
      return lines.lines().filter(line -> !line.isBlank()).map(Iris::numbers).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("iris.dat cannot be read: " + e.getMessage(), e);
    }
  }

  private static double[] numbers(String line) {
    String[] words = line.split(",");
    double[] numbers = new double[words.length];
    for (int i = 0; i < words.length; i++) {
      numbers[i] = Double.parseDouble(words[i].trim());
    }
    return numbers;
  }
}
