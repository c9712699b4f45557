package org.owlore.cuda.lowering;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.owlore.cuda.kernel.Function;
import org.owlore.cuda.kernel.Index;
import org.owlore.cuda.kernel.KernelBuilder;
import org.owlore.cuda.kernel.NumberType;
import org.owlore.cuda.lowering.operations.Meaning;
import org.owlore.cuda.lowering.operations.Operands;
import org.owlore.cuda.program.Instruction;
import org.owlore.engine.ArrayType;

/**
 * Writes one kernel: arrays that are in memory are loaded, all others are made from what they are
 * made of.
 */
final class KernelWriter {
  private final KernelBuilder kernel;
  private final PlanArrays arrays;
  private final Storage storage;
  private final Map<String, Integer> parameters = new LinkedHashMap<>();
  private final Map<List<Object>, Integer> known = new HashMap<>();

  KernelWriter(
      String name, List<Long> rows, List<Long> columns, PlanArrays arrays, Storage storage) {
    this.kernel = new KernelBuilder(name, rows, columns);
    this.arrays = arrays;
    this.storage = storage;
  }

  KernelBuilder kernel() {
    return kernel;
  }

  /** The parameter for an array that the kernel writes. */
  int written(String array, NumberType type) {
    int parameter = kernel.parameter(type, true);
    parameters.put(array, parameter);
    return parameter;
  }

  /** A parameter, float32, for an array that the kernel is given whether or not it is in memory. */
  void given(String array) {
    parameters.put(array, kernel.parameter(NumberType.FLOAT32, false));
  }

  /** The kernel with its arrays. */
  Instruction.Launch launch() {
    return new Instruction.Launch(kernel.build(), List.copyOf(parameters.keySet()));
  }

  /** The term with an element of an array of the plan. */
  int element(String name, List<Index> coordinates) {
    String origin = arrays.origin(name);
    OptionalDouble uniform = arrays.uniform(origin);
    if (uniform.isPresent()) {
      return kernel.real(uniform.getAsDouble());
    }
    if (parameters.containsKey(origin) || storage.isStored(origin)) {
      return kernel.load(
          parameter(origin), KernelBuilder.linear(arrays.type(name).shape(), coordinates));
    }
    List<Index> own = reshaped(coordinates, arrays.type(name), arrays.type(origin));
    List<Object> key = List.of(origin, own, kernel.guard());
    Integer term = known.get(key);
    if (term == null) {
      term = made(origin, own);
      known.put(key, term);
    }
    return term;
  }

  /** Whether a position that a term names is one of a dimension. */
  int exists(int position, long extent) {
    return kernel.apply(
        Function.AND,
        kernel.apply(Function.LESS_OR_EQUAL, kernel.integer(0), position),
        kernel.apply(Function.LESS, position, kernel.integer(extent)));
  }

  /** What an operation makes of its inputs at some coordinates. */
  Operands operands(PlanArrays.Maker maker) {
    return new Inputs(maker.step().inputs());
  }

  private int made(String origin, List<Index> coordinates) {
    PlanArrays.Maker maker = arrays.maker(origin);
    Meaning.Pointwise pointwise = (Meaning.Pointwise) maker.meaning();
    return pointwise.formulas().get(maker.output()).at(coordinates, operands(maker));
  }

  private int parameter(String array) {
    return parameters.computeIfAbsent(array, name -> kernel.parameter(storage.type(name), false));
  }

  /** Coordinates of the same element under another shape. */
  private static List<Index> reshaped(List<Index> coordinates, ArrayType from, ArrayType to) {
    if (from.shape().equals(to.shape())) {
      return coordinates;
    }
    Index rest = KernelBuilder.linear(from.shape(), coordinates);
    Index[] own = new Index[to.rank()];
    for (int axis = own.length - 1; axis >= 0; axis--) {
      long extent = to.shape().get(axis);
      own[axis] = axis == 0 ? rest : rest.modulo(extent);
      rest = rest.dividedBy(extent);
    }
    return List.of(own);
  }

  /** Reads the inputs of one operation. */
  private final class Inputs implements Operands {
    private final List<String> names;

    Inputs(List<String> names) {
      this.names = names;
    }

    @Override
    public KernelBuilder kernel() {
      return kernel;
    }

    @Override
    public ArrayType type(int input) {
      return arrays.type(names.get(input));
    }

    @Override
    public int element(int input, List<Index> coordinates) {
      return KernelWriter.this.element(names.get(input), coordinates);
    }

    @Override
    public int elementOfRow(int input, List<Index> coordinates, int axis, int position) {
      String origin = arrays.origin(names.get(input));
      List<Long> shape = type(input).shape();
      long stride = shape.subList(axis + 1, shape.size()).stream().reduce(1L, Math::multiplyExact);
      int exists = exists(position, shape.get(axis));
      int before = kernel.enterGuard(exists);
      int element =
          kernel.load(
              parameter(origin), KernelBuilder.linear(shape, coordinates), position, stride);
      kernel.leaveGuard(before);
      boolean real = storage.type(origin).getKind() == NumberType.Kind.REAL;
      return real
          ? kernel.apply(Function.SELECT, exists, element, kernel.real(Double.NaN))
          : element;
    }
  }
}
