package org.owlore.cuda.galore;

import org.owlore.cuda.kernel.Function;
import org.owlore.cuda.kernel.Kernel;
import org.owlore.cuda.kernel.NumberType;

/** The element-wise parts of LDAdam's rule; see {@link MomentRotation}. */
record RotationKernels(Kernels kernels) {
  /**
   * Mean M / (1 - beta1^t) and variance V / (1 - beta2^t) - mean^2.
   *
   * <p>Parameters: M; V; receives the mean; receives the variance; scalars.
   */
  Kernel statistics(long numbers) {
    return kernels.once(
        "statistics",
        numbers,
        kernel -> {
          int first = kernel.parameter(NumberType.FLOAT32, false);
          int second = kernel.parameter(NumberType.FLOAT32, false);
          int means = kernel.parameter(NumberType.FLOAT32, true);
          int variances = kernel.parameter(NumberType.FLOAT32, true);
          int scalars = Scalars.reals(kernel);
          int mean =
              kernel.apply(
                  Function.DIVIDE,
                  kernel.load(first, kernel.element()),
                  Scalars.Real.MEAN_WEIGHT.load(kernel, scalars));
          int square =
              kernel.apply(
                  Function.DIVIDE,
                  kernel.load(second, kernel.element()),
                  Scalars.Real.SQUARE_WEIGHT.load(kernel, scalars));
          int meanSquare = kernel.apply(Function.MULTIPLY, mean, mean);
          kernel.store(means, kernel.element(), mean);
          kernel.store(
              variances, kernel.element(), kernel.apply(Function.SUBTRACT, square, meanSquare));
        });
  }

  /**
   * Replaces each number by its square.
   *
   * <p>Parameters: the numbers.
   */
  Kernel squares(long numbers) {
    return kernels.once(
        "squares",
        numbers,
        kernel -> {
          int values = kernel.parameter(NumberType.FLOAT32, true);
          int value = kernel.load(values, kernel.element());
          kernel.store(values, kernel.element(), kernel.apply(Function.MULTIPLY, value, value));
        });
  }

  /**
   * M = (1 - beta1^t) mean and V = (1 - beta2^t) |variance + mean^2|, where all is well.
   *
   * <p>Parameters: the rotated mean; the rotated variance; M; V; status; scalars.
   */
  Kernel rotated(long numbers) {
    return kernels.once(
        "rotated",
        numbers,
        kernel -> {
          int means = kernel.parameter(NumberType.FLOAT32, false);
          int variances = kernel.parameter(NumberType.FLOAT32, false);
          int first = kernel.parameter(NumberType.FLOAT32, true);
          int second = kernel.parameter(NumberType.FLOAT32, true);
          int good = Status.good(kernel, Status.parameter(kernel));
          int scalars = Scalars.reals(kernel);
          int mean = kernel.load(means, kernel.element());
          int square =
              kernel.apply(
                  Function.ADD,
                  kernel.load(variances, kernel.element()),
                  kernel.apply(Function.MULTIPLY, mean, mean));
          int meanWeight = Scalars.Real.MEAN_WEIGHT.load(kernel, scalars);
          int squareWeight = Scalars.Real.SQUARE_WEIGHT.load(kernel, scalars);
          kernel.storeWhere(
              good, first, kernel.element(), kernel.apply(Function.MULTIPLY, mean, meanWeight));
          int magnitude = kernel.apply(Function.ABSOLUTE, square);
          kernel.storeWhere(
              good,
              second,
              kernel.element(),
              kernel.apply(Function.MULTIPLY, magnitude, squareWeight));
        });
  }
}
