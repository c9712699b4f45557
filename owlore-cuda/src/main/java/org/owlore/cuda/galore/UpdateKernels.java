package org.owlore.cuda.galore;

import lombok.NonNull;
import org.owlore.cuda.kernel.Function;
import org.owlore.cuda.kernel.Index;
import org.owlore.cuda.kernel.Kernel;
import org.owlore.cuda.kernel.KernelBuilder;
import org.owlore.cuda.kernel.NumberType;
import org.owlore.galore.GaLoreUpdater;

/**
 * The kernels of a step, element by element. All but {@link #check} write nothing once a check has
 * failed.
 *
 * @param updater whose arithmetic it is
 * @param kernels makes them
 */
record UpdateKernels(@NonNull GaLoreUpdater updater, @NonNull Kernels kernels) {

  /**
   * Looks for numbers that are not finite.
   *
   * <p>Parameters: the numbers, float32; status; integer scalars.
   */
  Kernel check(long numbers) {
    return kernels.once(
        "check",
        numbers,
        kernel -> {
          int values = kernel.parameter(NumberType.FLOAT32, false);
          int status = Status.parameter(kernel);
          int scalars = Scalars.integers(kernel);
          int finite = kernel.apply(Function.IS_FINITE, kernel.load(values, kernel.element()));
          Status.check(kernel, status, scalars, finite);
        });
  }

  /**
   * Takes a low-rank gradient into the moments and replaces it by M / (sqrt(V) + epsilon).
   *
   * <p>Parameters: the gradient; M; V, all float32; status.
   */
  Kernel moments(long numbers) {
    return kernels.once(
        "moments",
        numbers,
        kernel -> {
          int gradient = kernel.parameter(NumberType.FLOAT32, true);
          Moments moments = Moments.of(kernel);
          int status = Status.parameter(kernel);
          int good = Status.good(kernel, status);
          Adam adam = adam(kernel, gradient, moments);
          adam.store(good);
          kernel.storeWhere(good, gradient, kernel.element(), adam.over(adam.mean));
        });
  }

  /**
   * A whole step of plain AdamW.
   *
   * <p>Parameters: the weight; the gradient, float32; M; V; status; scalars; and if the weight is
   * narrow the integer scalars and the noise's key.
   */
  Kernel plain(long numbers, NumberType type) {
    return kernels.once(
        "plain_" + type,
        numbers,
        kernel -> {
          int weight = kernel.parameter(type, true);
          int gradient = kernel.parameter(NumberType.FLOAT32, false);
          Moments moments = Moments.of(kernel);
          int status = Status.parameter(kernel);
          int scalars = Scalars.reals(kernel);
          int good = Status.good(kernel, status);
          Adam adam = adam(kernel, gradient, moments);
          adam.store(good);
          int rate = Scalars.Real.RATE.load(kernel, scalars);
          int update = adam.over(kernel.apply(Function.MULTIPLY, rate, adam.mean));
          new Weight(kernel, weight, type, status, scalars).subtract(update, good);
        });
  }

  /**
   * Moves a weight by an update that is in its full shape again.
   *
   * <p>Parameters: the weight; the update before it is scaled, float32; status; scalars; and if the
   * weight is narrow the integer scalars and the noise's key.
   */
  Kernel move(long numbers, NumberType type) {
    return kernels.once(
        "move_" + type,
        numbers,
        kernel -> {
          int weight = kernel.parameter(type, true);
          int updates = kernel.parameter(NumberType.FLOAT32, false);
          int status = Status.parameter(kernel);
          int scalars = Scalars.reals(kernel);
          int good = Status.good(kernel, status);
          int rate = Scalars.Real.RATE.load(kernel, scalars);
          int update =
              kernel.apply(Function.MULTIPLY, rate, kernel.load(updates, kernel.element()));
          new Weight(kernel, weight, type, status, scalars).subtract(update, good);
        });
  }

  /** M = beta1 M + (1 - beta1) G; V = beta2 V + (1 - beta2) G^2. */
  private Adam adam(KernelBuilder kernel, int gradient, Moments moments) {
    float beta1 = (float) updater.getBeta1();
    float beta2 = (float) updater.getBeta2();
    int g = kernel.load(gradient, kernel.element());
    int m = kernel.load(moments.first, kernel.element());
    int v = kernel.load(moments.second, kernel.element());
    int newMean = product(kernel, kernel.real(1 - beta1), g);
    int mean = kernel.apply(Function.ADD, product(kernel, kernel.real(beta1), m), newMean);
    int newSquare = product(kernel, product(kernel, kernel.real(1 - beta2), g), g);
    int square = kernel.apply(Function.ADD, product(kernel, kernel.real(beta2), v), newSquare);
    return new Adam(kernel, moments, mean, square, (float) updater.getEpsilon());
  }

  private static int product(KernelBuilder kernel, int a, int b) {
    return kernel.apply(Function.MULTIPLY, a, b);
  }

  /**
   * The parameters of the moments.
   *
   * @param first M
   * @param second V
   */
  private record Moments(int first, int second) {
    static Moments of(KernelBuilder kernel) {
      return new Moments(
          kernel.parameter(NumberType.FLOAT32, true), kernel.parameter(NumberType.FLOAT32, true));
    }
  }

  /** The moments of an element after a step. */
  private record Adam(KernelBuilder kernel, Moments moments, int mean, int square, double epsilon) {
    void store(int good) {
      kernel.storeWhere(good, moments.first, kernel.element(), mean);
      kernel.storeWhere(good, moments.second, kernel.element(), square);
    }

    /** A number over sqrt(V) + epsilon. */
    int over(int number) {
      int root = kernel.apply(Function.SQUARE_ROOT, square);
      int divisor = kernel.apply(Function.ADD, root, kernel.real(epsilon));
      return kernel.apply(Function.DIVIDE, number, divisor);
    }
  }

  /** A weight that is moved by an update and decays. */
  private record Weight(
      KernelBuilder kernel, int weight, NumberType type, int status, int scalars) {

    void subtract(int update, int good) {
      Index element = kernel.element();
      int old = kernel.load(weight, element);
      int kept = Scalars.Real.KEPT.load(kernel, scalars);
      if (type == NumberType.FLOAT32) {
        int moved = kernel.apply(Function.SUBTRACT, old, update);
        kernel.storeWhere(good, weight, element, product(kernel, kept, moved));
        return;
      }
      int decay = product(kernel, Scalars.Real.LOST.load(kernel, scalars), old);
      int change = kernel.apply(Function.ADD, product(kernel, kept, update), decay);
      round(kernel.apply(Function.SUBTRACT, old, change), good);
    }

    private void round(int moved, int good) {
      int integers = Scalars.integers(kernel);
      int key = kernel.load(kernel.parameter(NumberType.INT64, false), Index.ZERO);
      StochasticRounding rounding = new StochasticRounding(kernel);
      int random = rounding.noise(key, kernel.element());
      int rounded = rounding.rounded(type, moved, random);
      kernel.storeWhere(good, weight, kernel.element(), rounded);
      recordOverflow(moved, rounded, good, integers);
    }

    private void recordOverflow(int moved, int rounded, int good, int integers) {
      Function nearest = type == NumberType.BFLOAT16 ? Function.TO_BFLOAT16 : Function.TO_FLOAT16;
      int fits = kernel.apply(Function.IS_FINITE, kernel.apply(nearest, rounded));
      int wasFinite = kernel.apply(Function.IS_FINITE, moved);
      int overflows = kernel.apply(Function.AND, wasFinite, kernel.apply(Function.NOT, fits));
      int where = kernel.apply(Function.AND, good, overflows);
      int before = kernel.enterGuard(where);
      int variable = Scalars.Whole.VARIABLE.load(kernel, integers);
      int step = Scalars.Whole.STEP.load(kernel, integers);
      kernel.leaveGuard(before);
      Status.set(Status.Field.OVERFLOWING, kernel, status, where, variable);
      Status.set(Status.Field.OVERFLOWING_STEP, kernel, status, where, step);
      Status.set(Status.Field.RECORDED, kernel, status, where, kernel.integer(1));
    }
  }
}
