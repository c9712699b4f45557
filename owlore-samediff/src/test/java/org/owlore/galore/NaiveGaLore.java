package org.owlore.galore;

/**
 * GaLore AdamW written down from its formulas in plain loops over float64 numbers, with a singular
 * value decomposition by Jacobi rotations: the independent reference of the tests. Shares no code
 * with what it checks.
 */
public final class NaiveGaLore {
  private final GaLoreUpdater config;
  private double[][] left;
  private double[][] right;
  private double[][] first;
  private double[][] second;
  private int step;

  /** A parameter before its first step. */
  public NaiveGaLore(GaLoreUpdater config) {
    this.config = config;
  }

  /** The update to be subtracted from the weight. */
  public double[][] update(double[][] gradient, double learningRate) {
    int rows = gradient.length;
    int columns = gradient[0].length;
    boolean projected = Math.min(rows, columns) > config.getRank();
    double[][] lowRank = gradient;
    if (projected) {
      if (step % config.getRefreshInterval() == 0) {
        refresh(gradient);
      }
      lowRank = left == null ? lowRank : multiply(transpose(left), lowRank);
      lowRank = right == null ? lowRank : multiply(lowRank, right);
    }
    if (first == null) {
      first = new double[lowRank.length][lowRank[0].length];
      second = new double[lowRank.length][lowRank[0].length];
    }
    double[][] direction = adam(lowRank, projected);
    if (projected) {
      direction = left == null ? direction : multiply(left, direction);
      direction = right == null ? direction : multiply(direction, transpose(right));
    }
    step++;
    double factor = learningRate * (projected ? config.getScale() : 1);
    return map(direction, x -> x * factor);
  }

  private double[][] adam(double[][] gradient, boolean projected) {
    double b1 = config.getBeta1();
    double b2 = config.getBeta2();
    boolean reset = projected && config.getMomentsAtRefresh() == MomentsAtRefresh.RESET;
    int t = 1 + (reset ? step % config.getRefreshInterval() : step);
    double[][] direction = new double[gradient.length][gradient[0].length];
    for (int i = 0; i < gradient.length; i++) {
      for (int j = 0; j < gradient[0].length; j++) {
        double g = gradient[i][j];
        first[i][j] = b1 * first[i][j] + (1 - b1) * g;
        second[i][j] = b2 * second[i][j] + (1 - b2) * g * g;
        double eta = Math.sqrt(1 - Math.pow(b2, t)) / (1 - Math.pow(b1, t));
        direction[i][j] = eta * first[i][j] / (Math.sqrt(second[i][j]) + config.getEpsilon());
      }
    }
    return direction;
  }

  private void refresh(double[][] gradient) {
    int rows = gradient.length;
    int columns = gradient[0].length;
    boolean tall = rows >= columns;
    boolean onLeft =
        switch (config.getProjection()) {
          case STD -> !tall;
          case REVERSE_STD -> tall;
          case LEFT, FULL -> true;
          case RIGHT -> false;
        };
    boolean onRight = config.getProjection() == Projection.FULL || !onLeft;
    double[][] formerLeft = left;
    double[][] formerRight = right;
    left = onLeft ? aligned(leftVectors(gradient, config.getRank()), formerLeft) : null;
    right =
        onRight ? aligned(leftVectors(transpose(gradient), config.getRank()), formerRight) : null;
    if (first == null) {
      return;
    }
    switch (config.getMomentsAtRefresh()) {
      case RESET -> {
        first = map(first, x -> 0);
        second = map(second, x -> 0);
      }
      case REPROJECT -> reproject(formerLeft, formerRight);
      default -> {}
    }
  }

  private void reproject(double[][] formerLeft, double[][] formerRight) {
    double meanWeight = 1 - Math.pow(config.getBeta1(), step);
    double squareWeight = 1 - Math.pow(config.getBeta2(), step);
    double[][] mean = map(first, x -> x / meanWeight);
    double[][] variance = new double[mean.length][mean[0].length];
    for (int i = 0; i < mean.length; i++) {
      for (int j = 0; j < mean[0].length; j++) {
        variance[i][j] = second[i][j] / squareWeight - mean[i][j] * mean[i][j];
      }
    }
    double[][] onLeft = left == null ? null : multiply(transpose(left), formerLeft);
    double[][] onRight = right == null ? null : multiply(transpose(right), formerRight);
    mean = rotate(mean, onLeft, onRight);
    variance = rotate(variance, square(onLeft), square(onRight));
    first = map(mean, x -> x * meanWeight);
    for (int i = 0; i < mean.length; i++) {
      for (int j = 0; j < mean[0].length; j++) {
        second[i][j] = squareWeight * Math.abs(variance[i][j] + mean[i][j] * mean[i][j]);
      }
    }
  }

  private static double[][] rotate(double[][] moment, double[][] onLeft, double[][] onRight) {
    double[][] result = onLeft == null ? moment : multiply(onLeft, moment);
    return onRight == null ? result : multiply(result, transpose(onRight));
  }

  private static double[][] square(double[][] matrix) {
    return matrix == null ? null : map(matrix, x -> x * x);
  }

  /** The first left singular vectors as columns, by one-sided Jacobi rotations of the rows. */
  static double[][] leftVectors(double[][] matrix, int rank) {
    int rows = matrix.length;
    double[][] a = map(matrix, x -> x);
    double[][] u = new double[rows][rows];
    for (int i = 0; i < rows; i++) {
      u[i][i] = 1;
    }
    for (int sweep = 0; sweep < 40; sweep++) {
      for (int p = 0; p < rows; p++) {
        for (int q = p + 1; q < rows; q++) {
          orthogonalize(a, u, p, q);
        }
      }
    }
    Integer[] order = new Integer[rows];
    for (int i = 0; i < rows; i++) {
      order[i] = i;
    }
    java.util.Arrays.sort(order, (x, y) -> Double.compare(dot(a[y], a[y]), dot(a[x], a[x])));
    double[][] vectors = new double[rows][rank];
    for (int column = 0; column < rank; column++) {
      for (int i = 0; i < rows; i++) {
        vectors[i][column] = u[order[column]][i];
      }
    }
    return vectors;
  }

  private static void orthogonalize(double[][] a, double[][] u, int p, int q) {
    double product = dot(a[p], a[q]);
    if (Math.abs(product) < 1e-300) {
      return;
    }
    double theta = (dot(a[q], a[q]) - dot(a[p], a[p])) / (2 * product);
    double tangent = Math.copySign(1, theta) / (Math.abs(theta) + Math.hypot(theta, 1));
    double cosine = 1 / Math.hypot(tangent, 1);
    rotateRows(a, p, q, cosine, cosine * tangent);
    rotateRows(u, p, q, cosine, cosine * tangent);
  }

  private static void rotateRows(double[][] a, int p, int q, double cosine, double sine) {
    for (int j = 0; j < a[p].length; j++) {
      double x = a[p][j];
      double y = a[q][j];
      a[p][j] = cosine * x - sine * y;
      a[q][j] = sine * x + cosine * y;
    }
  }

  private static double[][] aligned(double[][] basis, double[][] former) {
    if (former == null) {
      return basis;
    }
    double[][] columns = transpose(basis);
    double[][] formerColumns = transpose(former);
    for (int i = 0; i < columns.length; i++) {
      if (dot(columns[i], formerColumns[i]) < 0) {
        columns[i] = map(new double[][] {columns[i]}, x -> -x)[0];
      }
    }
    return transpose(columns);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  static double[][] multiply(double[][] a, double[][] b) {
    double[][] columns = transpose(b);
    double[][] result = new double[a.length][columns.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < columns.length; j++) {
        result[i][j] = dot(a[i], columns[j]);
      }
    }
    return result;
  }

  static double[][] transpose(double[][] a) {
    double[][] result = new double[a[0].length][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[0].length; j++) {
        result[j][i] = a[i][j];
      }
    }
    return result;
  }

  static double[][] map(double[][] a, java.util.function.DoubleUnaryOperator function) {
    double[][] result = new double[a.length][];
    for (int i = 0; i < a.length; i++) {
      result[i] = java.util.Arrays.stream(a[i]).map(function).toArray();
    }
    return result;
  }
}
