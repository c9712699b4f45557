package org.owlore.cuda.lowering;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import lombok.NonNull;
import org.owlore.cuda.kernel.Function;
import org.owlore.cuda.kernel.Index;
import org.owlore.cuda.kernel.KernelBuilder;
import org.owlore.cuda.kernel.NumberType;
import org.owlore.cuda.lowering.operations.Meaning;
import org.owlore.cuda.lowering.operations.Operands;
import org.owlore.cuda.program.DeviceArray;
import org.owlore.cuda.program.Instruction;
import org.owlore.cuda.program.Precision;
import org.owlore.cuda.program.Program;
import org.owlore.engine.Step;
import org.owlore.engine.TrainingPlan;

/** Lowers a training plan to a program of kernels and matrix products. */
public final class ProgramCompiler {
  private final PlanArrays arrays;
  private final Products products;
  private final Storage storage;
  private final List<Instruction> instructions = new ArrayList<>();
  private final Map<String, DeviceArray> converted = new HashMap<>();

  private ProgramCompiler(TrainingPlan plan, Precision precision) {
    this.arrays = new PlanArrays(plan);
    this.products = new Products(arrays, precision);
    this.storage =
        new StorageTypes(arrays, products, precision, Fusion.stored(arrays, products)).decide();
  }

  /**
   * Lowers a plan.
   *
   * @throws UnsupportedOperationException when the plan has an operation or an element type that
   *     the device does not know
   */
  public static Program compile(@NonNull TrainingPlan plan, @NonNull Precision precision) {
    ProgramCompiler compiler = new ProgramCompiler(plan, precision);
    plan.steps().forEach(compiler::emit);
    return compiler.program(plan);
  }

  private Program program(TrainingPlan plan) {
    Map<String, DeviceArray> all = new HashMap<>(converted);
    storage.types().forEach((name, type) -> all.put(name, array(name, type)));
    Map<String, String> aliases = new HashMap<>();
    plan.values().keySet().forEach(name -> aliases.put(name, arrays.origin(name)));
    Arena arena =
        new Arena(
            instructions, all, plan.request().outputs().stream().map(arrays::origin).toList());
    return new Program(plan, arena.getInstructions(), arena.getPlaced(), aliases, arena.getBytes());
  }

  private DeviceArray array(String name, NumberType type) {
    DeviceArray.Home home =
        arrays.maker(name) != null
            ? DeviceArray.Home.ARENA
            : switch (arrays.source(name)) {
              case GRAPH -> DeviceArray.Home.GRAPH;
              case CONSTANT -> DeviceArray.Home.CONSTANT;
              case PLACEHOLDER -> DeviceArray.Home.PLACEHOLDER;
              case WORKSPACE -> DeviceArray.Home.ARENA;
            };
    return new DeviceArray(name, type, arrays.type(name).length(), home, 0);
  }

  private void emit(Step step) {
    if (step instanceof Step.Update update) {
      instructions.add(new Instruction.Update(update.variable(), arrays.origin(update.gradient())));
    } else if (step instanceof Step.Visit visit) {
      instructions.add(new Instruction.Visit(arrays.origin(visit.array())));
    } else {
      ((Step.Compute) step)
          .outputs().stream().filter(storage.stored()::contains).forEach(this::make);
    }
  }

  private void make(String name) {
    PlanArrays.Maker maker = arrays.maker(name);
    if (maker.meaning() instanceof Meaning.Pointwise pointwise) {
      pointwise(name, maker, pointwise);
    } else if (maker.meaning() instanceof Meaning.Rowwise rowwise) {
      rowwise(name, maker, rowwise);
    } else if (maker.meaning() instanceof Meaning.Product) {
      product(name);
    } else {
      scatter(name, maker, (Meaning.Scatter) maker.meaning());
    }
  }

  private void pointwise(String name, PlanArrays.Maker maker, Meaning.Pointwise pointwise) {
    List<Long> shape = arrays.type(name).shape();
    KernelWriter writer = writer(maker, shape, List.of());
    int output = writer.written(name, storage.type(name));
    KernelBuilder kernel = writer.kernel();
    int element =
        pointwise.formulas().get(maker.output()).at(kernel.position(), writer.operands(maker));
    kernel.store(output, kernel.element(), element);
    instructions.add(writer.launch());
  }

  private void rowwise(String name, PlanArrays.Maker maker, Meaning.Rowwise rowwise) {
    List<Long> shape = arrays.type(maker.step().inputs().get(0)).shape();
    List<Integer> columnAxes = rowwise.axes();
    List<Integer> rowAxes =
        IntStream.range(0, shape.size()).boxed().filter(a -> !columnAxes.contains(a)).toList();
    List<Long> rows = rowAxes.stream().map(shape::get).toList();
    KernelWriter writer = writer(maker, rows, columnAxes.stream().map(shape::get).toList());
    int output = writer.written(name, storage.type(name));
    KernelBuilder kernel = writer.kernel();
    List<Index> position = kernel.position();
    Index[] coordinates = new Index[shape.size()];
    List<Integer> order = Stream.concat(rowAxes.stream(), columnAxes.stream()).toList();
    for (int i = 0; i < coordinates.length; i++) {
      coordinates[order.get(i)] = position.get(i);
    }
    int term = rowwise.formula().at(List.of(coordinates), writer.operands(maker));
    Index element =
        rowwise.wide()
            ? KernelBuilder.linear(shape, List.of(coordinates))
            : KernelBuilder.linear(rows, position.subList(0, rows.size()));
    kernel.store(output, element, term);
    instructions.add(writer.launch());
  }

  private void product(String name) {
    String left = products.operand(name, 0);
    String right = products.operand(name, 1);
    NumberType type = common(storage.type(left), storage.type(right));
    NumberType wanted = storage.type(name);
    NumberType made = wanted == type ? type : NumberType.FLOAT32;
    String output = wanted == made ? name : name + "#" + made;
    if (wanted != made) {
      converted.put(output, scratch(output, made, arrays.type(name).length()));
    }
    instructions.add(
        new Instruction.Multiply(
            products.shape(name, type, made), as(type, left), as(type, right), output));
    if (wanted != made) {
      convert(output, made, name, wanted);
    }
  }

  /** bfloat16 if one of them is, because its range is that of float32. */
  private static NumberType common(NumberType left, NumberType right) {
    if (left == right) {
      return left;
    }
    boolean narrow = left == NumberType.BFLOAT16 || right == NumberType.BFLOAT16;
    return narrow ? NumberType.BFLOAT16 : NumberType.FLOAT32;
  }

  /** An array as another type, made anew for each product: a copy would be held too long. */
  private String as(NumberType type, String array) {
    if (storage.type(array) == type) {
      return array;
    }
    String copy = array + "#" + type + " at " + instructions.size();
    converted.put(copy, scratch(copy, type, arrays.type(array).length()));
    convert(array, storage.type(array), copy, type);
    return copy;
  }

  private static DeviceArray scratch(String name, NumberType type, long length) {
    return new DeviceArray(name, type, length, DeviceArray.Home.ARENA, 0);
  }

  private void convert(String from, NumberType source, String to, NumberType target) {
    long length = converted.containsKey(to) ? converted.get(to).length() : arrays.type(to).length();
    KernelBuilder kernel = new KernelBuilder("convert", List.of(length), List.of());
    int written = kernel.parameter(target, true);
    int read = kernel.parameter(source, false);
    kernel.store(written, kernel.element(), kernel.load(read, kernel.element()));
    instructions.add(new Instruction.Launch(kernel.build(), List.of(to, from)));
  }

  private void scatter(String name, PlanArrays.Maker maker, Meaning.Scatter scatter) {
    NumberType type = storage.type(name);
    if (type != NumberType.FLOAT32) {
      throw new UnsupportedOperationException(
          "The CUDA device adds to rows of float32 only, not of %s (array \"%s\"): train this model with --device cpu."
              .formatted(type, name));
    }
    copyOfFirstInput(name, maker);
    List<Long> indices = arrays.type(maker.step().inputs().get(1)).shape();
    List<Long> shape = arrays.type(name).shape();
    List<Long> space = new ArrayList<>(indices);
    space.addAll(shape.subList(1, shape.size()));
    KernelWriter writer = writer(maker, space, List.of());
    int output = writer.written(name, type);
    KernelBuilder kernel = writer.kernel();
    List<Index> at = kernel.position();
    Operands operands = writer.operands(maker);
    int row = operands.element(1, at.subList(0, indices.size()));
    int value = operands.element(2, at);
    int signed = scatter.sign() == Function.ADD ? value : kernel.apply(Function.NEGATE, value);
    List<Index> within = new ArrayList<>(List.of(Index.ZERO));
    within.addAll(at.subList(indices.size(), at.size()));
    kernel.addToRow(
        writer.exists(row, shape.get(0)),
        output,
        KernelBuilder.linear(shape, within),
        row,
        shape.subList(1, shape.size()).stream().reduce(1L, Math::multiplyExact),
        signed);
    instructions.add(writer.launch());
  }

  private void copyOfFirstInput(String name, PlanArrays.Maker maker) {
    KernelWriter writer = writer(maker, arrays.type(name).shape(), List.of());
    int output = writer.written(name, storage.type(name));
    KernelBuilder kernel = writer.kernel();
    int element = writer.operands(maker).element(0, kernel.position());
    kernel.store(output, kernel.element(), element);
    instructions.add(writer.launch());
  }

  private KernelWriter writer(PlanArrays.Maker maker, List<Long> rows, List<Long> columns) {
    String name = maker.step().operation().name().replaceAll("\\W", "_");
    return new KernelWriter(name, rows, columns, arrays, storage);
  }
}
