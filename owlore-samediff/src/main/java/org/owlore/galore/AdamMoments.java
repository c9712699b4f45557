package org.owlore.galore;

import lombok.NonNull;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.updaters.AdamUpdater;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Adam's running means of the gradient and of its square, and their arithmetic.
 *
 * @param first M, of the gradient's shape
 * @param second V, of the gradient's shape
 */
record AdamMoments(@NonNull INDArray first, @NonNull INDArray second) implements AutoCloseable {

  /**
   * An iteration so late that the native op corrects no bias. It would do so in float32, where 1 -
   * 0.999^t loses half its digits; we put the correction into the rate instead.
   */
  private static final int NO_BIAS = 1_000_000_000;

  /** Moments before the first step. */
  static AdamMoments zeros(DataType type, char order, long... shape) {
    return new AdamMoments(Nd4j.create(type, shape, order), Nd4j.create(type, shape, order));
  }

  /**
   * Takes a gradient in and replaces it by rate * M / (sqrt(V) + epsilon).
   *
   * @param gradient of the moments' shape; overwritten
   * @param rate may be 0
   */
  void step(INDArray gradient, double rate, double beta1, double beta2, double epsilon) {
    if (HostAdam.serves(gradient, this)) {
      new HostAdam(rate, beta1, beta2, epsilon).step(gradient, this);
      return;
    }
    // The native op takes a rate of zero for a missing one.
    double safe = rate == 0 ? 1 : rate;
    Nd4j.exec(new AdamUpdater(gradient, second, first, safe, beta1, beta2, epsilon, NO_BIAS));
    if (rate == 0) {
      gradient.assign(0);
    }
  }

  /**
   * Takes a gradient in and moves a weight: W <- kept (W - rate * M / (sqrt(V) + epsilon)), with
   * fewer ways through memory than {@link #step} and a subtraction.
   *
   * @param weight of the moments' shape; changed
   * @param kept share of the weight that its decay leaves
   * @param gradient of the moments' shape; may be overwritten
   */
  void move(
      INDArray weight,
      double kept,
      INDArray gradient,
      double rate,
      double beta1,
      double beta2,
      double epsilon) {
    if (HostAdam.serves(weight, gradient, this)) {
      new HostAdam(rate, beta1, beta2, epsilon).move(weight, kept, gradient, this);
      return;
    }
    step(gradient, rate, beta1, beta2, epsilon);
    weight.subi(gradient);
    if (kept != 1) {
      weight.muli(kept);
    }
  }

  /** sqrt(1 - beta2^t) / (1 - beta1^t): what the bias of the moments after t steps asks for. */
  static double biasCorrection(long step, double beta1, double beta2) {
    return Math.sqrt(1 - Math.pow(beta2, step)) / (1 - Math.pow(beta1, step));
  }

  /** Starts again. */
  void reset() {
    first.assign(0);
    second.assign(0);
  }

  /** Bytes held. */
  long bytes() {
    return (first.length() + second.length()) * first.dataType().width();
  }

  @Override
  public void close() {
    first.close();
    second.close();
  }
}
