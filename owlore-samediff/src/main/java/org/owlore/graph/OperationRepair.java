package org.owlore.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import lombok.RequiredArgsConstructor;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.BaseReduceOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.impl.reduce3.BaseReduce3Op;
import org.owlore.graph.internals.GraphEdits;
import org.owlore.graph.internals.RepairedLogSumExp;
import org.owlore.graph.internals.StaticPermute;

/** Repairs operations one by one, and remembers what it changed and what it could not. */
@RequiredArgsConstructor
final class OperationRepair {
  private final SameDiff graph;
  private final SampleShapes shapes;
  private final List<String> repaired = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();

  OperationRepair(SameDiff graph) {
    this(graph, new SampleShapes(graph));
  }

  /** One sentence for each operation that was changed. */
  List<String> repaired() {
    return repaired;
  }

  /** One clause for each operation that cannot be right. */
  List<String> refused() {
    return refused;
  }

  /**
   * Repairs an operation if it needs that.
   *
   * @param operation behind those that it reads from, which are repaired already
   */
  void repair(SameDiffOp operation) {
    if (operation.getOp() instanceof BaseReduceOp reduction) {
      stateAxes(operation, reduction);
      fromFront(operation, axes(reduction)).ifPresent(reduction::setDimensions);
      return;
    }
    switch (operation.getOp().opName()) {
      case "transpose", "permute" -> stateOrder(operation);
      case "reduce_logsumexp" ->
          fromFront(operation, axes((DynamicCustomOp) operation.getOp()))
              .ifPresent(axes -> operation.setOp(RepairedLogSumExp.over(operation.getOp(), axes)));
      case "Where", "select" -> broadcastChoice(operation);
      case "tensordot", "tensormmul" -> requirePlainContraction(operation);
      default -> {}
    }
  }

  /** The gradient of a reduction forgets axes that are an input. */
  private void stateAxes(SameDiffOp operation, BaseReduceOp reduction) {
    if (reduction instanceof BaseReduce3Op) {
      return;
    }
    second(operation)
        .ifPresent(
            axes -> {
              reduction.setDimensions(axes);
              dropSecond(operation, "axes " + Arrays.toString(axes));
            });
  }

  /** The gradient of a permutation whose order is an input swaps all axes. */
  private void stateOrder(SameDiffOp operation) {
    second(operation)
        .ifPresent(
            order -> {
              operation.setOp(StaticPermute.of(operation.getOp(), order));
              dropSecond(operation, "order " + Arrays.toString(order));
            });
  }

  /** What an operation's second input says, if it has one. */
  private Optional<int[]> second(SameDiffOp operation) {
    if (operation.getInputsToOp().size() != 2) {
      return Optional.empty();
    }
    SDVariable input = graph.getVariable(operation.getInputsToOp().get(1));
    if (input.getVariableType() != VariableType.CONSTANT) {
      refuse(operation, "computes its axes (\"%s\"): give them as numbers".formatted(input.name()));
      return Optional.empty();
    }
    return Optional.of(input.getArr().toIntVector());
  }

  private void dropSecond(SameDiffOp operation, String argument) {
    operation.setInputsToOp(List.of(operation.getInputsToOp().get(0)));
    GraphEdits.linkReaders(graph);
    repaired.add("%s: %s given as numbers".formatted(describe(operation), argument));
  }

  private static int[] axes(BaseReduceOp reduction) {
    INDArray axes = reduction.dimensions();
    return axes == null || axes.isEmpty() ? new int[0] : axes.toIntVector();
  }

  private static int[] axes(DynamicCustomOp operation) {
    return Arrays.stream(operation.iArgs()).mapToInt(Math::toIntExact).toArray();
  }

  /** The axes counted from the front and in order; nothing where they are so already. */
  private Optional<int[]> fromFront(SameDiffOp operation, int[] given) {
    if (Arrays.stream(given).allMatch(axis -> axis >= 0)) {
      return Optional.empty();
    }
    Optional<long[]> shape = shapes.of(operation.getInputsToOp().get(0));
    if (shape.isEmpty()) {
      refuse(
          operation,
          "reduces over axis %s: give the axis counted from the front"
              .formatted(Arrays.toString(given)));
      return Optional.empty();
    }
    int rank = shape.get().length;
    repaired.add(
        "%s: axis %s counted from the front"
            .formatted(describe(operation), Arrays.toString(given)));
    return Optional.of(
        Arrays.stream(given).map(axis -> axis < 0 ? axis + rank : axis).sorted().toArray());
  }

  /** The native choice takes arrays of one shape; or a whole array by a condition of one entry. */
  private void broadcastChoice(SameDiffOp operation) {
    List<String> inputs = operation.getInputsToOp();
    if (inputs.size() != 3) {
      return;
    }
    List<Optional<long[]>> sizes = inputs.stream().map(shapes::of).toList();
    if (sizes.stream().anyMatch(Optional::isEmpty)) {
      refuse(operation, "has inputs whose shapes cannot be found out: broadcast them to one shape");
      return;
    }
    List<long[]> known = sizes.stream().map(Optional::get).toList();
    if (known.stream().allMatch(size -> Arrays.equals(size, known.get(0)))) {
      return;
    }
    if (operation.getOp().opName().equals("select") && known.get(0).length == 1) {
      refuse(operation, "chooses whole rows: use where with a condition of the rows' shape");
      return;
    }
    SDVariable zeros = zeros(inputs.get(0)).add(zeros(inputs.get(1))).add(zeros(inputs.get(2)));
    for (int i = 0; i < inputs.size(); i++) {
      SDVariable input = graph.getVariable(inputs.get(i));
      DataType type = input.dataType();
      SDVariable full =
          type == DataType.BOOL
              ? input.castTo(DataType.FLOAT).add(zeros).gt(0.5)
              : input.add(type == DataType.FLOAT ? zeros : zeros.castTo(type));
      graph.replaceArgFor(i, full, operation.getOp());
    }
    repaired.add(describe(operation) + ": inputs broadcast to one shape");
  }

  private SDVariable zeros(String name) {
    return graph.zerosLike(graph.getVariable(name)).castTo(DataType.FLOAT);
  }

  private void requirePlainContraction(SameDiffOp operation) {
    long[] axes = ((DynamicCustomOp) operation.getOp()).iArgs();
    Optional<long[]> left = shapes.of(operation.getInputsToOp().get(0));
    SDVariable matrix = graph.getVariable(operation.getInputsToOp().get(1));
    long[] right = matrix.getArr() == null ? new long[0] : matrix.getArr().shape();
    boolean plain =
        left.isPresent()
            && axes.length == 4
            && axes[0] == 1
            && axes[1] == left.get().length - 1
            && axes[2] == 1
            && right.length == 2;
    if (!plain) {
      refuse(operation, "has no right gradient: reshape to a matrix and use mmul");
    }
  }

  private void refuse(SameDiffOp operation, String problem) {
    refused.add(describe(operation) + " " + problem);
  }

  static String describe(SameDiffOp operation) {
    return "Operation \"%s\" (node \"%s\")"
        .formatted(operation.getOp().opName(), operation.getName());
  }
}
