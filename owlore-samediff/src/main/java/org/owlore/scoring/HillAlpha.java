package org.owlore.scoring;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.graph.Layer;
import org.owlore.graph.LinearWeight;

/**
 * How heavy the tail of a layer's spectra is (PL_Alpha_Hill of AlphaPruning): the Hill estimate of
 * the power-law exponent of each linear weight, averaged over the layer. A <em>low</em> value marks
 * a heavy tail and a layer to be sampled more. Needs no data.
 *
 * <p>With the eigenvalues {@code l_0 <= .. <= l_(N-1)} of the smaller Gram matrix of W and {@code k
 * = floor(N / 2)}: {@code alpha = 1 + (N - k) / sum over i >= k of ln(l_i / l_k)}. Eigenvalues that
 * are 0 to machine precision do not count, as a matrix of lower rank has no tail there.
 *
 * <p>Costs one symmetric eigenvalue problem of size {@code min(in, out)} a weight, in double
 * precision.
 */
public record HillAlpha() implements LayerMetric {
  /** Name of the metric. */
  public static final String NAME = "hill-alpha";

  /** Logarithms of eigenvalues that differ by less than this differ by rounding only. */
  private static final double FLAT = 1e-10;

  @Override
  public LayerScores score(ScorableModel model) {
    return LayerScores.of(
        NAME, model.layers().layers().stream().mapToDouble(layer -> mean(layer, model.weights())));
  }

  private static double mean(Layer layer, WeightSource weights) {
    return layer.linears().stream()
        .mapToDouble(linear -> ofWeight(linear, weights.weight(linear.name())))
        .average()
        .orElseThrow();
  }

  /** The exponent of one linear weight. */
  static double ofWeight(LinearWeight linear, INDArray weight) {
    double alpha = ofSpectrum(Spectrum.squaredSingularValues(linear, weight));
    if (!Double.isFinite(alpha)) {
      throw new IllegalArgumentException(
          "The weight "
              + linear.name()
              + " has no Hill alpha: it needs at least three singular values above 0 that differ.");
    }
    return alpha;
  }

  /**
   * The Hill estimate.
   *
   * @param eigenvalues positive numbers in ascending order
   * @return greater than 1; not finite where the upper half does not spread
   */
  static double ofSpectrum(double[] eigenvalues) {
    int tail = eigenvalues.length / 2;
    double spread = 0;
    for (int i = tail; i < eigenvalues.length; i++) {
      spread += Math.log(eigenvalues[i] / eigenvalues[tail]);
    }
    int count = eigenvalues.length - tail;
    return spread > FLAT * count ? 1 + count / spread : Double.POSITIVE_INFINITY;
  }
}
