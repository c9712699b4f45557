package org.owlore.galore;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Finds subspaces with the finder under test and gives the singular vectors the signs that the
 * reference's LAPACK gave them.
 *
 * <p>The sign of a singular vector is arbitrary, yet weights after a refresh that keeps the moments
 * depend on it, and no two LAPACK versions choose alike. See {@code reference_signs.py}, which
 * writes the signs of the gradients of {@code golden/galore} and {@code golden/train}.
 */
public final class ReferenceSigns implements SubspaceFinder {
  private static final double TOLERANCE = 1e-4;

  private final SubspaceFinder finder;
  private final transient List<Entry> entries;

  /** One gradient of the reference, recognised by its shape and norm. */
  private record Entry(long rows, long columns, double norm, String left, String right) {
    static Entry parse(String line) {
      String[] fields = line.split(" ");
      return new Entry(
          Long.parseLong(fields[0]),
          Long.parseLong(fields[1]),
          Double.parseDouble(fields[2]),
          fields[3],
          fields[4]);
    }

    double distance(INDArray matrix, double norm) {
      boolean sameShape = matrix.size(0) == rows && matrix.size(1) == columns;
      return sameShape ? Math.abs(norm - this.norm) / this.norm : Double.POSITIVE_INFINITY;
    }
  }

  /** Takes everything but the signs from another finder. */
  public ReferenceSigns(SubspaceFinder finder) {
    this.finder = finder;
    this.entries = read();
  }

  @Override
  public Subspace find(INDArray matrix, Side side, int rank, Subspace previous) {
    double norm = matrix.castTo(DataType.DOUBLE).norm2Number().doubleValue();
    Entry entry =
        entries.stream()
            .min(Comparator.comparingDouble(e -> e.distance(matrix, norm)))
            .orElseThrow();
    if (entry.distance(matrix, norm) > TOLERANCE) {
      throw new AssertionError(
          "No gradient of the reference has this shape and norm: "
              + matrix.shapeInfoToString()
              + ", "
              + norm);
    }
    Subspace found = finder.find(matrix, side, rank, null);
    orient(found.left(), entry.left);
    orient(found.right(), entry.right);
    return found;
  }

  private static void orient(INDArray basis, String signs) {
    if (basis == null) {
      return;
    }
    for (int k = 0; k < basis.size(1); k++) {
      INDArray vector = basis.getColumn(k);
      boolean positive = vector.maxNumber().doubleValue() > -vector.minNumber().doubleValue();
      if (positive != (signs.charAt(k) == '+')) {
        vector.negi();
      }
    }
  }

  private static List<Entry> read() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                ReferenceSigns.class.getResourceAsStream("reference_signs.txt"),
                StandardCharsets.US_ASCII))) {
      return reader.lines().map(Entry::parse).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
