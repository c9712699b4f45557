package org.owlore.dl4j.calibration;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.impl.transforms.custom.MultiHeadDotProductAttention;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Computes what a parameter of a layer or vertex made with SameDiff multiplies.
 *
 * @param configuration of the layer, or the vertex's
 * @param parameter name within the layer
 */
record GraphReading(Object configuration, String parameter) implements InputReading {

  @Override
  public void read(LayerPass pass, Consumer<Tokens> visitor) {
    Map<String, INDArray> values = pass.worker().paramTable(false);
    DataType type = values.get(parameter).dataType();
    List<long[]> shapes = Arrays.stream(pass.inputs()).map(INDArray::shape).toList();
    LayerGraph graph = LayerGraph.of(configuration, type, shapes);
    graph.use(values);
    Map<String, INDArray> placeholders = placeholders(graph, pass, type);
    List<MatrixUse> uses = SameDiffMultiplications.uses(graph, parameter);
    for (int i = 0; i < uses.size(); i++) {
      Operand operand = new Operand(graph, pass, placeholders, uses.get(i), i, uses.size());
      try (Tokens tokens = operand.tokens()) {
        visitor.accept(tokens);
      }
    }
  }

  private static Map<String, INDArray> placeholders(
      LayerGraph graph, LayerPass pass, DataType type) {
    Map<String, INDArray> placeholders = new HashMap<>();
    for (int i = 0; i < graph.inputs().size(); i++) {
      String name = graph.inputs().get(i);
      INDArray input = pass.inputs()[i];
      INDArray mask = pass.inputMasks() == null ? null : pass.inputMasks()[i];
      placeholders.put(name, input.castTo(type));
      placeholders.put(
          LayerGraph.mask(name),
          mask == null ? Nd4j.ones(type, maskShape(input)) : mask.castTo(type));
    }
    return placeholders;
  }

  /** As DL4J makes a mask where there is none. */
  private static long[] maskShape(INDArray input) {
    if (input.rank() == 3) {
      return new long[] {input.size(0), input.size(2)};
    }
    long[] shape = new long[input.rank()];
    Arrays.fill(shape, 1);
    shape[0] = input.size(0);
    return shape;
  }

  /**
   * One thing that the parameter multiplies.
   *
   * @param index of this use
   * @param number of all uses
   */
  private record Operand(
      LayerGraph graph,
      LayerPass pass,
      Map<String, INDArray> placeholders,
      MatrixUse use,
      int index,
      int number) {

    Tokens tokens() {
      return switch (use.kind()) {
        case ROWS -> rows(value(use.operand()));
        case COLUMNS -> rows(turned(value(use.operand())));
        case QUERIES, KEYS -> steps(value(use.operand()));
        case HEADS -> steps(heads());
      };
    }

    private INDArray value(String variable) {
      return graph.compute(variable, placeholders);
    }

    private static INDArray turned(INDArray operand) {
      return operand.swapAxes(operand.rank() - 2, operand.rank() - 1);
    }

    /** Products see the examples one behind the other, each with all of its steps. */
    private Tokens rows(INDArray operand) {
      INDArray matrix = Tokens.rows(operand);
      long rows = matrix.rows();
      INDArray mask = pass.inputMask();
      boolean everyStep = mask != null && mask.length() == rows;
      INDArray flat = everyStep ? mask.dup('c').reshape('c', new long[] {rows, 1}) : step(rows);
      return new Tokens(matrix, Tokens.counted(flat, rows), true);
    }

    private Tokens steps(INDArray operand) {
      long steps = operand.size(2);
      return Tokens.of(
          operand, ChannelAxis.FIRST, steps == 1 ? stepOr(operand) : mask(operand, steps));
    }

    private INDArray stepOr(INDArray operand) {
      INDArray step = step(operand.size(0));
      return step == null ? mask(operand, 1) : step;
    }

    /**
     * The mask of one step, where a recurrent layer uses the parameter at every step, or at every
     * step but the first.
     */
    private INDArray step(long rows) {
      INDArray mask = pass.inputMask();
      if (mask == null || mask.rank() != 2 || mask.size(0) != rows) {
        return null;
      }
      long first = mask.size(1) - number;
      return number > 1 && (first == 0 || first == 1)
          ? mask.getColumn(first + index).reshape('c', new long[] {rows, 1})
          : null;
    }

    /** An input has its own mask; what is made of inputs has it, unless it is made for queries. */
    private INDArray mask(INDArray operand, long steps) {
      if (pass.inputMasks() == null) {
        return null;
      }
      int input = graph.inputs().indexOf(use.operand());
      if (input >= 0) {
        return pass.inputMasks()[input];
      }
      List<String> keysAndValues = graph.arguments(use.operation()).subList(1, 3);
      INDArray mask = pass.inputMask();
      boolean ofInput = keysAndValues.contains(use.operand());
      boolean fits = mask != null && mask.size(0) == operand.size(0) && mask.size(1) == steps;
      return ofInput && fits ? mask : null;
    }

    /** The same operation, with nothing done to what the heads have found. */
    private INDArray heads() {
      List<String> arguments = graph.arguments(use.operation());
      List<INDArray> inputs = new ArrayList<>();
      arguments.forEach(argument -> inputs.add(value(argument)));
      INDArray output = inputs.get(OUTPUT_WEIGHT);
      inputs.set(OUTPUT_WEIGHT, Nd4j.eye(output.size(0)).castTo(output.dataType()));
      boolean scaled = ((DynamicCustomOp) use.operation()).getIArgument(0) == 1;
      INDArray mask = inputs.size() > OUTPUT_WEIGHT + 1 ? inputs.get(OUTPUT_WEIGHT + 1) : null;
      return Nd4j.exec(
          new MultiHeadDotProductAttention(
              inputs.get(0),
              inputs.get(1),
              inputs.get(2),
              inputs.get(3),
              inputs.get(4),
              inputs.get(5),
              inputs.get(OUTPUT_WEIGHT),
              mask,
              scaled))[0];
    }

    private static final int OUTPUT_WEIGHT = 6;
  }
}
