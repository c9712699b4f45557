package org.owlore.cuda.lowering.operations;

import static org.owlore.cuda.kernel.Function.ABSOLUTE;
import static org.owlore.cuda.kernel.Function.ADD;
import static org.owlore.cuda.kernel.Function.CEILING;
import static org.owlore.cuda.kernel.Function.COSINE;
import static org.owlore.cuda.kernel.Function.DIVIDE;
import static org.owlore.cuda.kernel.Function.ERROR_FUNCTION;
import static org.owlore.cuda.kernel.Function.EXPONENTIAL;
import static org.owlore.cuda.kernel.Function.FLOOR;
import static org.owlore.cuda.kernel.Function.LESS;
import static org.owlore.cuda.kernel.Function.LOGARITHM;
import static org.owlore.cuda.kernel.Function.MAXIMUM;
import static org.owlore.cuda.kernel.Function.MULTIPLY;
import static org.owlore.cuda.kernel.Function.NEGATE;
import static org.owlore.cuda.kernel.Function.POWER;
import static org.owlore.cuda.kernel.Function.ROUND;
import static org.owlore.cuda.kernel.Function.SELECT;
import static org.owlore.cuda.kernel.Function.SIGMOID;
import static org.owlore.cuda.kernel.Function.SIGN;
import static org.owlore.cuda.kernel.Function.SINE;
import static org.owlore.cuda.kernel.Function.SQUARE_ROOT;
import static org.owlore.cuda.kernel.Function.SUBTRACT;
import static org.owlore.cuda.kernel.Function.TANH;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.owlore.cuda.kernel.Function;
import org.owlore.cuda.kernel.KernelBuilder;

/** Functions of one real variable, and their slopes. */
final class Curves {
  /** ND4J's {@code gelu} is x sigmoid(1.702 x). */
  private static final double GELU_SLOPE = 1.702;

  private static final Map<String, Function> PLAIN =
      Map.ofEntries(
          Map.entry("neg", NEGATE),
          Map.entry("abs", ABSOLUTE),
          Map.entry("sign", SIGN),
          Map.entry("sqrt", SQUARE_ROOT),
          Map.entry("exp", EXPONENTIAL),
          Map.entry("log", LOGARITHM),
          Map.entry("tanh", TANH),
          Map.entry("sigmoid", SIGMOID),
          Map.entry("erf", ERROR_FUNCTION),
          Map.entry("sin", SINE),
          Map.entry("cos", COSINE),
          Map.entry("floor", FLOOR),
          Map.entry("Floor", FLOOR),
          Map.entry("ceil", CEILING),
          Map.entry("rint", ROUND),
          Map.entry("boolean_not", Function.NOT));

  /** What integers and truths have, too. */
  private static final Set<String> OF_ANY_KIND =
      Set.of("neg", "abs", "identity", "old_identity", "square", "cube", "boolean_not");

  /** A function of an element. */
  @FunctionalInterface
  private interface Curve {
    int of(KernelBuilder kernel, int x);
  }

  private static final Map<String, Curve> COMPOSED =
      Map.ofEntries(
          Map.entry("identity", (kernel, x) -> x),
          Map.entry("old_identity", (kernel, x) -> x),
          Map.entry("square", Curves::square),
          Map.entry("cube", (kernel, x) -> kernel.apply(MULTIPLY, x, square(kernel, x))),
          Map.entry("Reciprocal", (kernel, x) -> kernel.apply(DIVIDE, kernel.real(1), x)),
          Map.entry("oneminus", (kernel, x) -> kernel.apply(SUBTRACT, kernel.real(1), x)),
          Map.entry(
              "rsqrt",
              (kernel, x) -> kernel.apply(DIVIDE, kernel.real(1), kernel.apply(SQUARE_ROOT, x))),
          Map.entry("relu", Curves::relu),
          Map.entry("softplus", Curves::softplus),
          Map.entry("swish", (kernel, x) -> kernel.apply(MULTIPLY, x, kernel.apply(SIGMOID, x))),
          Map.entry("_swishderivative", (kernel, x) -> gatedSlope(kernel, x, 1)),
          Map.entry("gelu", (kernel, x) -> gated(kernel, x, GELU_SLOPE)),
          Map.entry("_geluderivative", (kernel, x) -> gatedSlope(kernel, x, GELU_SLOPE)),
          Map.entry("tanhderivative", Curves::tanhSlope),
          Map.entry("_tanhderivative", Curves::tanhSlope),
          Map.entry("_sigmoidderivative", Curves::sigmoidSlope));

  /** Gradients: a slope at the first input times the second. */
  private static final Map<String, Curve> SLOPES =
      Map.of(
          "tanh_bp", Curves::tanhSlope,
          "sigmoid_bp", Curves::sigmoidSlope,
          "relu_bp", Curves::reluSlope,
          "softplus_bp", (kernel, x) -> kernel.apply(SIGMOID, x));

  private Curves() {}

  static Optional<Meaning> of(Meanings.Call call) {
    String name = call.name();
    if (!call.inputs().get(0).dataType().isFPType() && !OF_ANY_KIND.contains(name)) {
      return Optional.empty();
    }
    if (PLAIN.containsKey(name)) {
      Function function = PLAIN.get(name);
      return curve((kernel, x) -> kernel.apply(function, x));
    }
    if (COMPOSED.containsKey(name)) {
      return curve(COMPOSED.get(name));
    }
    if (SLOPES.containsKey(name)) {
      return gradient(SLOPES.get(name));
    }
    if (name.equals("_powderivative")) {
      double exponent = call.real(0, 1);
      return curve((kernel, x) -> powerSlope(kernel, x, exponent));
    }
    return Optional.empty();
  }

  /** x to the power of a number; small whole ones are exact. */
  static int power(KernelBuilder kernel, int x, double exponent) {
    if (exponent == 1) {
      return x;
    }
    if (exponent == 2) {
      return square(kernel, x);
    }
    if (exponent == 0.5) {
      return kernel.apply(SQUARE_ROOT, x);
    }
    if (exponent == -0.5) {
      return kernel.apply(DIVIDE, kernel.real(1), kernel.apply(SQUARE_ROOT, x));
    }
    return kernel.apply(POWER, x, kernel.real(exponent));
  }

  private static Optional<Meaning> curve(Curve curve) {
    return Optional.of(
        Movement.pointwise((at, operands) -> curve.of(operands.kernel(), operands.element(0, at))));
  }

  private static Optional<Meaning> gradient(Curve slope) {
    return Optional.of(
        Movement.pointwise(
            (at, operands) -> {
              KernelBuilder kernel = operands.kernel();
              int x = slope.of(kernel, operands.element(0, at));
              return kernel.apply(MULTIPLY, operands.element(1, at), x);
            }));
  }

  private static int square(KernelBuilder kernel, int x) {
    return kernel.apply(MULTIPLY, x, x);
  }

  private static int powerSlope(KernelBuilder kernel, int x, double exponent) {
    return kernel.apply(MULTIPLY, kernel.real(exponent), power(kernel, x, exponent - 1));
  }

  private static int tanhSlope(KernelBuilder kernel, int x) {
    int tanh = kernel.apply(TANH, x);
    return kernel.apply(SUBTRACT, kernel.real(1), square(kernel, tanh));
  }

  private static int sigmoidSlope(KernelBuilder kernel, int x) {
    int sigmoid = kernel.apply(SIGMOID, x);
    return kernel.apply(MULTIPLY, sigmoid, kernel.apply(SUBTRACT, kernel.real(1), sigmoid));
  }

  /** What is no number stays none. */
  private static int relu(KernelBuilder kernel, int x) {
    int negative = kernel.apply(LESS, x, kernel.real(0));
    return kernel.apply(SELECT, negative, kernel.real(0), x);
  }

  private static int reluSlope(KernelBuilder kernel, int x) {
    int positive = kernel.apply(LESS, kernel.real(0), x);
    return kernel.apply(SELECT, positive, kernel.real(1), kernel.real(0));
  }

  /** log(1 + e^x) without overflow. */
  private static int softplus(KernelBuilder kernel, int x) {
    int magnitude = kernel.apply(NEGATE, kernel.apply(ABSOLUTE, x));
    int power = kernel.apply(ADD, kernel.real(1), kernel.apply(EXPONENTIAL, magnitude));
    int positive = kernel.apply(MAXIMUM, x, kernel.real(0));
    return kernel.apply(ADD, positive, kernel.apply(LOGARITHM, power));
  }

  /** x sigmoid(slope x). */
  private static int gated(KernelBuilder kernel, int x, double slope) {
    int gate = kernel.apply(SIGMOID, kernel.apply(MULTIPLY, x, kernel.real(slope)));
    return kernel.apply(MULTIPLY, x, gate);
  }

  /** With g the gate: g (1 + slope x (1 - g)). */
  private static int gatedSlope(KernelBuilder kernel, int x, double slope) {
    int scaled = kernel.apply(MULTIPLY, x, kernel.real(slope));
    int gate = kernel.apply(SIGMOID, scaled);
    int rest = kernel.apply(SUBTRACT, kernel.real(1), gate);
    int bracket = kernel.apply(ADD, kernel.real(1), kernel.apply(MULTIPLY, scaled, rest));
    return kernel.apply(MULTIPLY, gate, bracket);
  }
}
