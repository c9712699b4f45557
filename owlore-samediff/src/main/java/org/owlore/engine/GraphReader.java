package org.owlore.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import lombok.RequiredArgsConstructor;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.autodiff.samediff.internal.Variable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.BaseReduceOp;
import org.nd4j.linalg.api.ops.BaseTransformOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.ScalarOp;
import org.nd4j.linalg.api.ops.impl.controlflow.compat.BaseCompatOp;
import org.nd4j.linalg.api.ops.impl.reduce3.BaseReduce3Op;
import org.nd4j.linalg.api.ops.impl.shape.tensorops.BaseTensorOp;
import org.nd4j.linalg.api.ops.impl.summarystats.Variance;
import org.owlore.engine.Operation.Kind;
import org.owlore.graph.internals.NativeOperations;

/** Reads the operations that given outputs need from a SameDiff graph, in execution order. */
@RequiredArgsConstructor
final class GraphReader {
  /** Reductions that go by another name among the custom operations. */
  private static final Map<String, String> CUSTOM_NAMES =
      Map.of("var", "reduce_variance", "std", "reduce_stdev", "reduce_normmax", "reduce_norm_max");

  private final SameDiff graph;

  /**
   * The operations that the outputs depend on.
   *
   * @throws IllegalArgumentException when the graph has no array of an output's name
   * @throws UnsupportedOperationException for control flow and other operations that have no place
   *     in a flat list
   */
  List<Node> read(Collection<String> outputs) {
    return inOrder(outputs).stream().map(this::node).toList();
  }

  /** Depth-first, so that the order is right whatever order the graph was built in. */
  private List<SameDiffOp> inOrder(Collection<String> outputs) {
    Set<SameDiffOp> done = new LinkedHashSet<>();
    Set<String> finished = new LinkedHashSet<>();
    Deque<String> pending = new ArrayDeque<>(outputs);
    while (!pending.isEmpty()) {
      String name = pending.peek();
      SameDiffOp producer = producer(name);
      List<String> missing = producer == null ? List.of() : unfinished(producer, finished);
      if (missing.isEmpty()) {
        pending.pop();
        finished.add(name);
        if (producer != null) {
          done.add(producer);
        }
      } else {
        missing.forEach(pending::push);
      }
    }
    return inGraphOrder(done);
  }

  private List<String> unfinished(SameDiffOp operation, Set<String> finished) {
    return inputs(operation).stream().filter(input -> !finished.contains(input)).toList();
  }

  /**
   * Keeps the order in which the graph was built where that is a valid order: it interleaves
   * gradients with their use, which keeps arrays short-lived.
   */
  private List<SameDiffOp> inGraphOrder(Set<SameDiffOp> needed) {
    List<SameDiffOp> built = graph.getOps().values().stream().filter(needed::contains).toList();
    Set<String> made = new LinkedHashSet<>();
    for (SameDiffOp operation : built) {
      boolean ready =
          inputs(operation).stream().allMatch(in -> producer(in) == null || made.contains(in));
      if (!ready) {
        return new ArrayList<>(needed);
      }
      made.addAll(operation.getOutputsOfOp());
    }
    return built;
  }

  /** Loops, the only cycles a graph can have, are refused here, before anybody follows them. */
  private SameDiffOp producer(String array) {
    Variable variable = graph.getVariables().get(array);
    if (variable == null) {
      throw new IllegalArgumentException("The graph has no array \"" + array + "\".");
    }
    SameDiffOp producer =
        variable.getOutputOfOp() == null ? null : graph.getOps().get(variable.getOutputOfOp());
    if (producer != null
        && (producer.getOp() instanceof BaseCompatOp || producer.getOp() instanceof BaseTensorOp)) {
      throw unsupported(producer.getOp(), "control flow and tensor arrays have no place in a plan");
    }
    return producer;
  }

  private static List<String> inputs(SameDiffOp operation) {
    return operation.getInputsToOp() == null ? List.of() : operation.getInputsToOp();
  }

  private Node node(SameDiffOp operation) {
    return new Node(translate(operation.getOp()), inputs(operation), operation.getOutputsOfOp());
  }

  private Operation translate(DifferentialFunction function) {
    if (function instanceof BaseReduceOp reduction) {
      return reduction(reduction);
    }
    if (function instanceof ScalarOp scalar) {
      return Operation.scalar(function.opName(), scalar.scalar().getDouble(0));
    }
    if (function instanceof BaseTransformOp transform) {
      return transform(transform);
    }
    if (function instanceof DynamicCustomOp custom) {
      return new Operation(
          Kind.CUSTOM,
          custom.opName(),
          Arrays.stream(custom.iArgs()).boxed().toList(),
          Arrays.stream(custom.tArgs()).boxed().toList(),
          booleans(custom.bArgs()),
          Arrays.asList(custom.dArgs()));
    }
    throw unsupported(function, "it is neither elementwise, a reduction nor a custom operation");
  }

  private Operation reduction(BaseReduceOp reduction) {
    String name = CUSTOM_NAMES.getOrDefault(reduction.opName(), reduction.opName());
    if (!NativeOperations.isCustom(name) || reduction instanceof BaseReduce3Op) {
      throw unsupported(reduction, "no custom operation computes this reduction");
    }
    INDArray axes = reduction.dimensions();
    long[] integers = axes == null || axes.isEmpty() ? new long[0] : axes.toLongVector();
    boolean all = integers.length == 1 && integers[0] == Integer.MAX_VALUE;
    List<Boolean> flags =
        reduction instanceof Variance variance
            ? List.of(reduction.isKeepDims(), variance.isBiasCorrected())
            : List.of(reduction.isKeepDims());
    return Operation.reduction(name, flags, all ? new long[0] : integers);
  }

  private Operation transform(BaseTransformOp transform) {
    Object[] extra = transform.extraArgs();
    List<Double> reals =
        extra == null
            ? List.of()
            : Stream.of(extra).map(value -> ((Number) value).doubleValue()).toList();
    return new Operation(
        Kind.TRANSFORM, transform.opName(), List.of(), reals, List.of(), List.of());
  }

  private static List<Boolean> booleans(boolean[] values) {
    List<Boolean> list = new ArrayList<>(values.length);
    for (boolean value : values) {
      list.add(value);
    }
    return list;
  }

  private static UnsupportedOperationException unsupported(
      DifferentialFunction function, String reason) {
    return new UnsupportedOperationException(
        "Operation \""
            + function.opName()
            + "\" (node \""
            + function.getOwnName()
            + "\") cannot be compiled: "
            + reason
            + "; train this graph through the listener in sd.fit instead.");
  }
}
