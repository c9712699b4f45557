package org.owlore.galore;

import java.util.Arrays;
import lombok.Getter;
import lombok.NonNull;

/** A gradient holds NaN or infinity; the optimizer's state has not been touched. */
@Getter
public final class NonFiniteGradientException extends ArithmeticException {
  private static final long serialVersionUID = 1L;

  /** The gradient's shape. */
  private final long[] shape;

  /** Steps the parameter had done before. */
  private final long step;

  /**
   * Says which parameter by its shape, since an updater knows no name.
   *
   * @param shape of the gradient
   * @param step steps the parameter had done before
   */
  public NonFiniteGradientException(@NonNull long[] shape, long step) {
    this("a parameter", shape, step);
  }

  /** Says which parameter by its name. */
  NonFiniteGradientException(String parameter, long[] shape, long step) {
    super(
        "The gradient of %s of shape %s holds NaN or infinity after %d good steps: lower the learning rate, or look for bad values in the batch."
            .formatted(parameter, Arrays.toString(shape), step));
    this.shape = shape.clone();
    this.step = step;
  }
}
