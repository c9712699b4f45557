package org.owlore.cuda.testing;

import java.util.List;
import org.owlore.cuda.kernel.Function;
import org.owlore.cuda.kernel.NumberType.Kind;
import org.owlore.cuda.kernel.Term;
import org.owlore.precision.HalfPrecision;

/** The functions of kernels, on the host: reals in float32, integers in 64 bits that wrap. */
final class InterpretedFunction {
  private InterpretedFunction() {}

  /** What a function does to a batch. */
  static InterpretedKernel.Step step(
      String kernel, int number, Term.Apply apply, List<Kind> kinds) {
    int[] arguments = apply.arguments().stream().mapToInt(Integer::intValue).toArray();
    Kind kind = kinds.get(arguments[0]);
    InterpretedKernel.Step step =
        switch (apply.function()) {
          case SELECT -> select(number, arguments, kinds);
          case AND, OR, NOT ->
              kind == Kind.TRUTH ? truths(apply.function(), number, arguments) : null;
          case EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL ->
              sameKinds(arguments, kinds)
                  ? compare(apply.function(), kind, number, arguments)
                  : null;
          case TO_REAL, TO_INTEGER, TO_TRUTH, IS_FINITE, BITS_OF_REAL, REAL_OF_BITS ->
              convert(apply.function(), kind, number, arguments[0]);
          default ->
              sameKinds(arguments, kinds)
                  ? compute(apply.function(), kind, number, arguments)
                  : null;
        };
    if (step == null) {
      throw new IllegalArgumentException(
          "Kernel %s applies %s to %s."
              .formatted(
                  kernel, apply.function(), apply.arguments().stream().map(kinds::get).toList()));
    }
    return step;
  }

  private static boolean sameKinds(int[] arguments, List<Kind> kinds) {
    return arguments.length == 1 || kinds.get(arguments[0]) == kinds.get(arguments[1]);
  }

  private static InterpretedKernel.Step select(int number, int[] arguments, List<Kind> kinds) {
    Kind kind = kinds.get(arguments[1]);
    if (kinds.get(arguments[0]) != Kind.TRUTH || kind != kinds.get(arguments[2])) {
      return null;
    }
    return batch -> {
      for (int i = 0; i < batch.count; i++) {
        int chosen = arguments[batch.truths[arguments[0]][i] ? 1 : 2];
        switch (kind) {
          case REAL -> batch.reals[number][i] = batch.reals[chosen][i];
          case INTEGER -> batch.integers[number][i] = batch.integers[chosen][i];
          default -> batch.truths[number][i] = batch.truths[chosen][i];
        }
      }
    };
  }

  private static InterpretedKernel.Step truths(Function function, int number, int[] arguments) {
    int last = arguments[arguments.length - 1];
    return batch -> {
      for (int i = 0; i < batch.count; i++) {
        boolean a = batch.truths[arguments[0]][i];
        boolean b = batch.truths[last][i];
        batch.truths[number][i] =
            switch (function) {
              case AND -> a && b;
              case OR -> a || b;
              default -> !a;
            };
      }
    };
  }

  private static InterpretedKernel.Step compare(
      Function function, Kind kind, int number, int[] arguments) {
    return batch -> {
      for (int i = 0; i < batch.count; i++) {
        batch.truths[number][i] =
            switch (kind) {
              case REAL ->
                  holds(function, batch.reals[arguments[0]][i], batch.reals[arguments[1]][i]);
              case INTEGER ->
                  holds(function, batch.integers[arguments[0]][i], batch.integers[arguments[1]][i]);
              default ->
                  holds(
                      function,
                      batch.truths[arguments[0]][i] ? 1L : 0L,
                      batch.truths[arguments[1]][i] ? 1L : 0L);
            };
      }
    };
  }

  private static boolean holds(Function function, float a, float b) {
    return switch (function) {
      case EQUAL -> a == b;
      case NOT_EQUAL -> a != b;
      case LESS -> a < b;
      default -> a <= b;
    };
  }

  private static boolean holds(Function function, long a, long b) {
    return switch (function) {
      case EQUAL -> a == b;
      case NOT_EQUAL -> a != b;
      case LESS -> a < b;
      default -> a <= b;
    };
  }

  private static InterpretedKernel.Step convert(
      Function function, Kind kind, int number, int argument) {
    boolean fits =
        switch (function) {
          case IS_FINITE, BITS_OF_REAL -> kind == Kind.REAL;
          case REAL_OF_BITS -> kind == Kind.INTEGER;
          default -> true;
        };
    if (!fits) {
      return null;
    }
    return batch -> {
      for (int i = 0; i < batch.count; i++) {
        float real = kind == Kind.REAL ? batch.reals[argument][i] : 0;
        long integer =
            switch (kind) {
              case REAL -> (long) real;
              case INTEGER -> batch.integers[argument][i];
              default -> batch.truths[argument][i] ? 1 : 0;
            };
        switch (function) {
          case TO_REAL -> batch.reals[number][i] = kind == Kind.REAL ? real : integer;
          case TO_INTEGER -> batch.integers[number][i] = integer;
          case TO_TRUTH -> batch.truths[number][i] = kind == Kind.REAL ? real != 0 : integer != 0;
          case IS_FINITE -> batch.truths[number][i] = Float.isFinite(real);
          case BITS_OF_REAL ->
              batch.integers[number][i] = Integer.toUnsignedLong(Float.floatToRawIntBits(real));
          default -> batch.reals[number][i] = Float.intBitsToFloat((int) integer);
        }
      }
    };
  }

  private static InterpretedKernel.Step compute(
      Function function, Kind kind, int number, int[] arguments) {
    int last = arguments[arguments.length - 1];
    if (kind == Kind.REAL && isOfReals(function)) {
      return batch -> {
        float[] a = batch.reals[arguments[0]];
        float[] b = batch.reals[last];
        float[] result = batch.reals[number];
        for (int i = 0; i < batch.count; i++) {
          result[i] = real(function, a[i], b[i]);
        }
      };
    }
    if (kind == Kind.INTEGER && isOfIntegers(function)) {
      return batch -> {
        long[] a = batch.integers[arguments[0]];
        long[] b = batch.integers[last];
        long[] result = batch.integers[number];
        for (int i = 0; i < batch.count; i++) {
          result[i] = integer(function, a[i], b[i]);
        }
      };
    }
    return null;
  }

  private static boolean isOfReals(Function function) {
    return switch (function) {
      case EXCLUSIVE_OR, BITWISE_AND, SHIFT_RIGHT -> false;
      default -> true;
    };
  }

  private static boolean isOfIntegers(Function function) {
    return switch (function) {
      case ADD,
          SUBTRACT,
          MULTIPLY,
          DIVIDE,
          REMAINDER,
          MAXIMUM,
          MINIMUM,
          NEGATE,
          ABSOLUTE,
          SIGN,
          EXCLUSIVE_OR,
          BITWISE_AND,
          SHIFT_RIGHT ->
          true;
      default -> false;
    };
  }

  private static long integer(Function function, long a, long b) {
    return switch (function) {
      case ADD -> a + b;
      case SUBTRACT -> a - b;
      case MULTIPLY -> a * b;
      case DIVIDE -> a / b;
      case REMAINDER -> a % b;
      case MAXIMUM -> Math.max(a, b);
      case MINIMUM -> Math.min(a, b);
      case NEGATE -> -a;
      case ABSOLUTE -> Math.abs(a);
      case SIGN -> Long.signum(a);
      case EXCLUSIVE_OR -> a ^ b;
      case BITWISE_AND -> a & b;
      default -> a >>> b;
    };
  }

  private static float real(Function function, float a, float b) {
    return switch (function) {
      case ADD -> a + b;
      case SUBTRACT -> a - b;
      case MULTIPLY -> a * b;
      case DIVIDE -> a / b;
      case REMAINDER -> a % b;
      case POWER -> (float) Math.pow(a, b);
      case MAXIMUM -> maximum(a, b);
      case MINIMUM -> minimum(a, b);
      case NEGATE -> -a;
      case ABSOLUTE -> Math.abs(a);
      case SIGN -> Math.signum(a);
      case SQUARE_ROOT -> (float) Math.sqrt(a);
      case EXPONENTIAL -> (float) Math.exp(a);
      case LOGARITHM -> (float) Math.log(a);
      case TANH -> (float) Math.tanh(a);
      case SIGMOID -> (float) (1 / (1 + Math.exp(-a)));
      case ERROR_FUNCTION -> (float) errorFunction(a);
      case SINE -> (float) Math.sin(a);
      case COSINE -> (float) Math.cos(a);
      case FLOOR -> (float) Math.floor(a);
      case CEILING -> (float) Math.ceil(a);
      case ROUND -> (float) Math.rint(a);
      case TO_BFLOAT16 -> rounded(HalfPrecision.BRAIN, a);
      default -> rounded(HalfPrecision.IEEE, a);
    };
  }

  private static float rounded(HalfPrecision precision, float a) {
    return Float.intBitsToFloat(precision.widen(precision.narrow(Float.floatToRawIntBits(a))));
  }

  /** The larger one, and never no number if one is a number. */
  static float maximum(float a, float b) {
    return Float.isNaN(a) ? b : Float.isNaN(b) ? a : Math.max(a, b);
  }

  /** The smaller one, and never no number if one is a number. */
  static float minimum(float a, float b) {
    return Float.isNaN(a) ? b : Float.isNaN(b) ? a : Math.min(a, b);
  }

  /** By its series of positive terms, 2 / sqrt(pi) e^(-x^2) x sum of (2 x^2)^n / (2 n + 1)!!. */
  private static double errorFunction(double x) {
    if (Math.abs(x) > 6) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; n < 200; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }
}
