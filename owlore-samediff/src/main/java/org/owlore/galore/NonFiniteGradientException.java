package org.owlore.galore;

import java.util.Arrays;
import lombok.Getter;

/** A gradient holds NaN or infinity; the optimizer's state has not been touched. */
@Getter
public final class NonFiniteGradientException extends ArithmeticException {
  private static final long serialVersionUID = 1L;

  /** The gradient's shape. */
  private final long[] shape;

  /** Steps the parameter had done before. */
  private final long step;

  /** Says which parameter by its shape, since an updater knows no name. */
  NonFiniteGradientException(long[] shape, long step) {
    super(
        "The gradient of a parameter of shape %s holds NaN or infinity after %d good steps: lower the learning rate, or look for bad values in the batch."
            .formatted(Arrays.toString(shape), step));
    this.shape = shape.clone();
    this.step = step;
  }
}
