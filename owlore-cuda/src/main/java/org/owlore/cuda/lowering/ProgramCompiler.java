package org.owlore.cuda.lowering;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import lombok.NonNull;
import org.owlore.cuda.kernel.Function;
import org.owlore.cuda.kernel.Index;
import org.owlore.cuda.kernel.KernelBuilder;
import org.owlore.cuda.kernel.NumberType;
import org.owlore.cuda.lowering.operations.Meaning;
import org.owlore.cuda.lowering.operations.Operands;
import org.owlore.cuda.program.AttentionForm;
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
  private final Conversions conversions;

  /** For each array that an attention makes, the attention. */
  private final Map<String, FusedAttention> attentions = new HashMap<>();

  private final Set<FusedAttention> withGradients = new HashSet<>();

  private ProgramCompiler(TrainingPlan plan, Precision precision, AttentionForm form) {
    this.arrays = new PlanArrays(plan);
    this.products = new Products(arrays, precision);
    if (form == AttentionForm.FUSED) {
      AttentionFinder.find(arrays, products).forEach(this::fuse);
    }
    this.storage =
        new StorageTypes(arrays, products, precision, Fusion.stored(arrays, products)).decide();
    this.conversions = new Conversions(arrays, storage, instructions);
  }

  private void fuse(FusedAttention attention) {
    arrays.fuse(attention);
    attention.results().forEach(result -> attentions.put(result, attention));
  }

  /**
   * Lowers a plan.
   *
   * @throws UnsupportedOperationException when the plan has an operation or an element type that
   *     the device does not know
   */
  public static Program compile(
      @NonNull TrainingPlan plan, @NonNull Precision precision, @NonNull AttentionForm attention) {
    ProgramCompiler compiler = new ProgramCompiler(plan, precision, attention);
    plan.steps().forEach(compiler::emit);
    return compiler.program(plan);
  }

  private Program program(TrainingPlan plan) {
    Map<String, DeviceArray> all = new HashMap<>(conversions.getScratch());
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
      instructions.add(new Instruction.Visit(visit.array(), arrays.origin(visit.array())));
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
    } else if (maker.meaning() instanceof Meaning.Attention) {
      attention(name);
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
    NumberType type = conversions.common(List.of(left, right));
    NumberType made = storage.type(name) == type ? type : NumberType.FLOAT32;
    instructions.add(
        new Instruction.Multiply(
            products.shape(name, type, made),
            conversions.read(left, type),
            conversions.read(right, type),
            conversions.written(name, made)));
    conversions.keep(name, made);
  }

  /** All gradients of an attention are made where the first one is due. */
  private void attention(String name) {
    FusedAttention attention = attentions.get(name);
    AttentionWriter writer =
        new AttentionWriter(
            attention, new AttentionKernels(attention, arrays, storage), conversions, instructions);
    if (attention.output() != null && attention.output().name().equals(name)) {
      writer.output();
    } else if (withGradients.add(attention)) {
      writer.gradient();
    }
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
