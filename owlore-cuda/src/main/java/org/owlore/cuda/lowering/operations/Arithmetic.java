package org.owlore.cuda.lowering.operations;

import static org.owlore.cuda.kernel.Function.ADD;
import static org.owlore.cuda.kernel.Function.DIVIDE;
import static org.owlore.cuda.kernel.Function.EQUAL;
import static org.owlore.cuda.kernel.Function.LESS;
import static org.owlore.cuda.kernel.Function.LESS_OR_EQUAL;
import static org.owlore.cuda.kernel.Function.MAXIMUM;
import static org.owlore.cuda.kernel.Function.MINIMUM;
import static org.owlore.cuda.kernel.Function.MULTIPLY;
import static org.owlore.cuda.kernel.Function.NOT_EQUAL;
import static org.owlore.cuda.kernel.Function.POWER;
import static org.owlore.cuda.kernel.Function.SELECT;
import static org.owlore.cuda.kernel.Function.SUBTRACT;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.owlore.cuda.kernel.Function;
import org.owlore.cuda.kernel.Index;
import org.owlore.cuda.kernel.KernelBuilder;
import org.owlore.cuda.kernel.NumberType;
import org.owlore.engine.ArrayType;

/** Operations that compute one element from one element of each input. */
final class Arithmetic {
  private static final long LOWEST_BITS = 0xFFFFFFFFL;
  private static final long SIGN_BIT = 0x80000000L;

  /** Of two arrays, with the arguments in their order. */
  private static final Map<String, Function> BINARY =
      Map.ofEntries(
          Map.entry("add", ADD),
          Map.entry("subtract", SUBTRACT),
          Map.entry("multiply", MULTIPLY),
          Map.entry("divide", DIVIDE),
          Map.entry("realdiv", DIVIDE),
          Map.entry("maximum", MAXIMUM),
          Map.entry("minimum", MINIMUM),
          Map.entry("Pow", POWER),
          Map.entry("equals", EQUAL),
          Map.entry("not_equals", NOT_EQUAL),
          Map.entry("less", LESS),
          Map.entry("less_equal", LESS_OR_EQUAL),
          Map.entry("boolean_and", Function.AND),
          Map.entry("and", Function.AND),
          Map.entry("or", Function.OR),
          Map.entry("boolean_or", Function.OR));

  /** Of two arrays, with the arguments swapped. */
  private static final Map<String, Function> SWAPPED =
      Map.of(
          "greater", LESS,
          "greater_equal", LESS_OR_EQUAL,
          "reversesubtract", SUBTRACT,
          "reversedivide", DIVIDE);

  /** Of an array and a number. */
  private static final Map<String, Function> SCALAR =
      Map.ofEntries(
          Map.entry("add_scalar", ADD),
          Map.entry("sub_scalar", SUBTRACT),
          Map.entry("mul_scalar", MULTIPLY),
          Map.entry("div_scalar", DIVIDE),
          Map.entry("max_scalar", MAXIMUM),
          Map.entry("min_scalar", MINIMUM),
          Map.entry("equals_scalar", EQUAL),
          Map.entry("notequals_scalar", NOT_EQUAL),
          Map.entry("lessthan_scalar", LESS),
          Map.entry("lessthanorequal_scalar", LESS_OR_EQUAL));

  /** Of a number and an array. */
  private static final Map<String, Function> SCALAR_FIRST =
      Map.of(
          "rsub_scalar", SUBTRACT,
          "rdiv_scalar", DIVIDE,
          "greaterthan_scalar", LESS,
          "greaterthanorequal_scalar", LESS_OR_EQUAL);

  private Arithmetic() {}

  static Optional<Meaning> of(Meanings.Call call) {
    String name = call.name();
    if (BINARY.containsKey(name) && call.inputs().size() == 2) {
      return Optional.of(binary(BINARY.get(name), 0, 1));
    }
    if (SWAPPED.containsKey(name) && call.inputs().size() == 2) {
      return Optional.of(binary(SWAPPED.get(name), 1, 0));
    }
    if (SCALAR.containsKey(name)) {
      return Optional.of(scalar(call, SCALAR.get(name), false));
    }
    if (SCALAR_FIRST.containsKey(name)) {
      return Optional.of(scalar(call, SCALAR_FIRST.get(name), true));
    }
    return switch (name) {
      case "cast" -> Optional.of(conversion(call.outputs().get(0).dataType()));
      case "biasadd" ->
          call.operation().booleans().contains(true)
              ? Optional.empty()
              : Optional.of(binary(ADD, 0, 1));
      case "Where", "where", "select", "where_np" ->
          call.inputs().size() == 3 ? Optional.of(selection()) : Optional.empty();
      case "squaredsubtract" -> Optional.of(squaredDifference());
      case "pow" ->
          call.inputs().get(0).dataType().isFPType() ? Optional.of(power(call)) : Optional.empty();
      default -> Curves.of(call);
    };
  }

  /** An element of an operand that is repeated where the result is larger. */
  static int operand(int input, List<Index> at, Operands operands) {
    return operands.element(input, Broadcast.of(at, operands.type(input)));
  }

  private static Meaning binary(Function function, int first, int second) {
    return Movement.pointwise(
        (at, operands) ->
            wrapped(
                operands.kernel(),
                operands.type(first),
                operands
                    .kernel()
                    .apply(function, operand(first, at, operands), operand(second, at, operands)),
                function));
  }

  /** Kernels compute with 64 bits: what overflows 32 must do so here as it does in memory. */
  private static int wrapped(KernelBuilder kernel, ArrayType type, int result, Function function) {
    boolean grows = function == ADD || function == SUBTRACT || function == MULTIPLY;
    return grows && type.dataType() == DataType.INT ? narrowed(kernel, result) : result;
  }

  /** The signed number that the lowest 32 bits are. */
  private static int narrowed(KernelBuilder kernel, int integer) {
    int bits = kernel.apply(Function.BITWISE_AND, integer, kernel.integer(LOWEST_BITS));
    int flipped = kernel.apply(Function.EXCLUSIVE_OR, bits, kernel.integer(SIGN_BIT));
    return kernel.apply(SUBTRACT, flipped, kernel.integer(SIGN_BIT));
  }

  private static Meaning squaredDifference() {
    return Movement.pointwise(
        (at, operands) -> {
          KernelBuilder kernel = operands.kernel();
          int difference =
              kernel.apply(SUBTRACT, operand(0, at, operands), operand(1, at, operands));
          return kernel.apply(MULTIPLY, difference, difference);
        });
  }

  private static Meaning selection() {
    return Movement.pointwise(
        (at, operands) ->
            operands
                .kernel()
                .apply(
                    SELECT,
                    operand(0, at, operands),
                    operand(1, at, operands),
                    operand(2, at, operands)));
  }

  private static Meaning scalar(Meanings.Call call, Function function, boolean numberFirst) {
    double number = call.real(0, 0);
    return Movement.pointwise(
        (at, operands) -> {
          int element = operands.element(0, at);
          int constant = number(operands.kernel(), operands.type(0), number);
          int result =
              numberFirst
                  ? operands.kernel().apply(function, constant, element)
                  : operands.kernel().apply(function, element, constant);
          return wrapped(operands.kernel(), operands.type(0), result, function);
        });
  }

  private static int number(KernelBuilder kernel, ArrayType type, double number) {
    return type.dataType().isFPType() ? kernel.real(number) : kernel.integer((long) number);
  }

  /** Squares are exact; other powers of reals go through logarithms. */
  private static Meaning power(Meanings.Call call) {
    double exponent = call.real(0, 1);
    return Movement.pointwise(
        (at, operands) -> Curves.power(operands.kernel(), operands.element(0, at), exponent));
  }

  private static Meaning conversion(DataType target) {
    NumberType type = NumberType.of(target);
    return Movement.pointwise(
        (at, operands) -> {
          KernelBuilder kernel = operands.kernel();
          int element = operands.element(0, at);
          NumberType source = NumberType.of(operands.type(0).dataType());
          int converted =
              source.getKind() == type.getKind()
                  ? element
                  : kernel.apply(toKind(type.getKind()), element);
          return switch (type) {
            case BFLOAT16 -> source == type ? converted : rounded(kernel, converted, type);
            case FLOAT16 -> source == type ? converted : rounded(kernel, converted, type);
            case INT32 -> source == NumberType.INT64 ? narrowed(kernel, converted) : converted;
            default -> converted;
          };
        });
  }

  private static int rounded(KernelBuilder kernel, int term, NumberType type) {
    return kernel.apply(
        type == NumberType.BFLOAT16 ? Function.TO_BFLOAT16 : Function.TO_FLOAT16, term);
  }

  private static Function toKind(NumberType.Kind kind) {
    return switch (kind) {
      case REAL -> Function.TO_REAL;
      case INTEGER -> Function.TO_INTEGER;
      case TRUTH -> Function.TO_TRUTH;
    };
  }
}
