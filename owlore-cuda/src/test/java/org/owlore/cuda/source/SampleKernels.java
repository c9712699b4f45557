package org.owlore.cuda.source;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.owlore.cuda.kernel.Function;
import org.owlore.cuda.kernel.Index;
import org.owlore.cuda.kernel.Kernel;
import org.owlore.cuda.kernel.KernelBuilder;
import org.owlore.cuda.kernel.NumberType;
import org.owlore.cuda.kernel.Reduction;

/** A kernel of each kind. */
final class SampleKernels {
  /** Elements of the arrays of {@link #apply}. */
  static final int OPERANDS = 96;

  private static final float[] REALS = {
    0,
    -0f,
    1,
    -1,
    0.5f,
    1.5f,
    2.5f,
    -2.5f,
    3,
    7.25f,
    -7.25f,
    1e-3f,
    1e-42f,
    6e-8f,
    1e-6f,
    65519,
    65520,
    1e6f,
    3e9f,
    1e20f,
    -1e20f,
    3e38f,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    1.00390625f,
    1.01171875f,
    1.00048828125f,
    88,
    -88,
    20,
    -20,
    0.1f
  };
  private static final long[] INTEGERS = {
    1,
    -1,
    2,
    3,
    -7,
    10,
    63,
    64,
    65,
    1L << 32,
    (1L << 53) + 1,
    0xFFFF_FFFFL,
    12345678901L,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Integer.MIN_VALUE,
    0x3F80_0000L
  };

  private SampleKernels() {}

  /** All of them. */
  static List<Kernel> all() {
    List<Kernel> kernels = new ArrayList<>();
    for (NumberType type : NumberType.values()) {
      kernels.add(copy(type, 37));
    }
    kernels.add(everyFunction(NumberType.Kind.REAL));
    kernels.add(everyFunction(NumberType.Kind.INTEGER));
    for (long columns : new long[] {1, 33, 1000, 20000}) {
      kernels.add(softmax(3, columns, NumberType.BFLOAT16));
      for (Reduction reduction : Reduction.values()) {
        kernels.add(reduce(reduction, 3, columns));
      }
    }
    kernels.add(variance(3, 500));
    kernels.add(counted(3, 500));
    kernels.add(addToRows(40, 7));
    kernels.add(shifted(5, 9));
    kernels.add(folded(6, 35));
    kernels.add(copy(NumberType.FLOAT16, 5_000_000_000L));
    return kernels;
  }

  /** b[i] = a[i], with numbers of one type. */
  static Kernel copy(NumberType type, long length) {
    KernelBuilder kernel = new KernelBuilder("copy", List.of(length), List.of());
    int a = kernel.parameter(type, false);
    int b = kernel.parameter(type, true);
    kernel.store(b, kernel.element(), kernel.load(a, kernel.element()));
    return kernel.build();
  }

  /** d = function(a, b, c), element by element, of float32 or int64 as far as it takes them. */
  static Kernel apply(Function function, NumberType.Kind wanted) {
    KernelBuilder kernel = new KernelBuilder("apply", List.of((long) OPERANDS), List.of());
    addFunction(kernel, function, wanted);
    return kernel.build();
  }

  /** All functions in one kernel. */
  private static Kernel everyFunction(NumberType.Kind wanted) {
    KernelBuilder kernel = new KernelBuilder("apply", List.of((long) OPERANDS), List.of());
    for (Function function : Function.values()) {
      addFunction(kernel, function, wanted);
    }
    return kernel.build();
  }

  private static void addFunction(KernelBuilder kernel, Function function, NumberType.Kind wanted) {
    boolean integers = takesIntegers(function, wanted);
    NumberType type = integers ? NumberType.INT64 : NumberType.FLOAT32;
    List<Integer> arguments = new ArrayList<>();
    for (int argument = 0; argument < function.getArity(); argument++) {
      int number = kernel.load(kernel.parameter(type, false), kernel.element());
      boolean truth =
          function == Function.AND
              || function == Function.OR
              || function == Function.NOT
              || function == Function.SELECT && argument == 0;
      arguments.add(truth ? kernel.apply(Function.TO_TRUTH, number) : number);
    }
    int result = kernel.apply(function, arguments.toArray(Integer[]::new));
    NumberType.Kind kind = kernel.build().kinds().get(result);
    NumberType stored =
        switch (kind) {
          case REAL -> NumberType.FLOAT32;
          case INTEGER -> NumberType.INT64;
          case TRUTH -> NumberType.BOOLEAN;
        };
    kernel.store(kernel.parameter(stored, true), kernel.element(), result);
  }

  private static boolean takesIntegers(Function function, NumberType.Kind wanted) {
    return switch (function) {
      case REAL_OF_BITS, EXCLUSIVE_OR, BITWISE_AND, SHIFT_RIGHT -> true;
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
          EQUAL,
          NOT_EQUAL,
          LESS,
          LESS_OR_EQUAL,
          AND,
          OR,
          NOT,
          SELECT,
          TO_REAL,
          TO_INTEGER,
          TO_TRUTH ->
          wanted == NumberType.Kind.INTEGER;
      default -> false;
    };
  }

  /** Softmax of each row, in place. */
  static Kernel softmax(long rows, long columns, NumberType type) {
    KernelBuilder kernel = new KernelBuilder("softmax", List.of(rows), List.of(columns));
    int x = kernel.parameter(type, true);
    int number = kernel.load(x, kernel.element());
    int shifted = kernel.apply(Function.SUBTRACT, number, kernel.reduce(Reduction.MAXIMUM, number));
    int power = kernel.apply(Function.EXPONENTIAL, shifted);
    int sum = kernel.reduce(Reduction.SUM, power);
    kernel.store(x, kernel.element(), kernel.apply(Function.DIVIDE, power, sum));
    return kernel.build();
  }

  /** One number of each row, as a real. */
  static Kernel reduce(Reduction reduction, long rows, long columns) {
    KernelBuilder kernel = new KernelBuilder("reduce", List.of(rows), List.of(columns));
    int x = kernel.parameter(NumberType.FLOAT32, false);
    int y = kernel.parameter(NumberType.FLOAT32, true);
    int reduced = kernel.reduce(reduction, kernel.load(x, kernel.element()));
    kernel.store(y, kernel.position().get(0), kernel.apply(Function.TO_REAL, reduced));
    return kernel.build();
  }

  /** table[id[i], j] += x[i, j] where id[i] is not negative. */
  static Kernel addToRows(long ids, long width) {
    KernelBuilder kernel = new KernelBuilder("add_to_rows", List.of(ids, width), List.of());
    int id = kernel.parameter(NumberType.INT32, false);
    int x = kernel.parameter(NumberType.FLOAT32, false);
    int table = kernel.parameter(NumberType.FLOAT32, true);
    Index column = kernel.position().get(1);
    int row = kernel.load(id, kernel.position().get(0));
    int known = kernel.apply(Function.LESS_OR_EQUAL, kernel.integer(0), row);
    int number = kernel.load(x, kernel.element());
    kernel.addToRow(known, table, column, row, width, number);
    return kernel.build();
  }

  /** b[i, j] = j >= 2 ? a[i, j - 2] : 0. */
  static Kernel shifted(long rows, long columns) {
    KernelBuilder kernel = new KernelBuilder("shifted", List.of(rows, columns), List.of());
    int a = kernel.parameter(NumberType.FLOAT32, false);
    int b = kernel.parameter(NumberType.FLOAT32, true);
    Index from = kernel.position().get(1).plus(-2);
    int before = kernel.enterGuard(kernel.inside(from, 0, columns));
    int number = kernel.load(a, kernel.element().plus(-2));
    kernel.leaveGuard(before);
    kernel.store(b, kernel.element(), number);
    return kernel.build();
  }

  /** Sums over the first of two dimensions that a flat index is folded into; columns % 5 == 0. */
  static Kernel folded(long rows, long columns) {
    KernelBuilder kernel = new KernelBuilder("folded", List.of(rows), List.of(columns));
    int a = kernel.parameter(NumberType.FLOAT32, false);
    int sums = kernel.parameter(NumberType.FLOAT32, true);
    int flipped = kernel.parameter(NumberType.INT64, true);
    Index flat = kernel.element();
    Index turned = flat.dividedBy(5).times(5).plus(Index.of(4)).plus(flat.modulo(5).times(-1));
    int number = kernel.load(a, turned);
    kernel.store(sums, kernel.position().get(0), kernel.reduce(Reduction.SUM, number));
    kernel.store(flipped, flat, kernel.position(turned.plus(-7).dividedBy(3)));
    return kernel.build();
  }

  /** The variance of each row, around a mean that is found first. */
  static Kernel variance(long rows, long columns) {
    KernelBuilder kernel = new KernelBuilder("variance", List.of(rows), List.of(columns));
    int x = kernel.parameter(NumberType.FLOAT32, false);
    int y = kernel.parameter(NumberType.FLOAT32, true);
    int number = kernel.load(x, kernel.element());
    int share = kernel.real(1.0 / columns);
    int mean = kernel.apply(Function.MULTIPLY, kernel.reduce(Reduction.SUM, number), share);
    int off = kernel.apply(Function.SUBTRACT, number, mean);
    int square = kernel.apply(Function.MULTIPLY, off, off);
    int variance = kernel.apply(Function.MULTIPLY, kernel.reduce(Reduction.SUM, square), share);
    kernel.store(y, kernel.position().get(0), variance);
    return kernel.build();
  }

  /** x[i, j] = counts[i], and then counts[i] += 1. */
  static Kernel counted(long rows, long columns) {
    KernelBuilder kernel = new KernelBuilder("counted", List.of(rows), List.of(columns));
    int x = kernel.parameter(NumberType.INT64, true);
    int counts = kernel.parameter(NumberType.INT32, true);
    Index row = kernel.position().get(0);
    int count = kernel.load(counts, row);
    kernel.store(x, kernel.element(), count);
    kernel.store(counts, row, kernel.apply(Function.ADD, count, kernel.integer(1)));
    return kernel.build();
  }

  /** Memory for {@link #apply}, in which every number meets several others. */
  static List<KernelContent> operands(Kernel kernel) {
    List<KernelContent> contents = new ArrayList<>();
    for (Kernel.Parameter parameter : kernel.parameters()) {
      int step = contents.size() * 5;
      LongFunction<Number> numbers =
          parameter.type() == NumberType.FLOAT32
              ? i -> REALS[(int) (i + step * (i / REALS.length + 1)) % REALS.length]
              : i -> INTEGERS[(int) (i + step * (i / INTEGERS.length + 1)) % INTEGERS.length];
      contents.add(KernelContent.of(parameter.type(), OPERANDS, numbers));
    }
    return contents;
  }
}
