package org.owlore.graph;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import lombok.AccessLevel;
import lombok.RequiredArgsConstructor;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.autodiff.samediff.internal.Variable;

/** The operations of a graph, each behind those that it reads from: SameDiff sorts by name. */
@RequiredArgsConstructor(access = AccessLevel.PRIVATE)
public final class OperationOrder {
  private final SameDiff graph;
  private final Set<SameDiffOp> done = new LinkedHashSet<>();
  private final Set<SameDiffOp> entered = new LinkedHashSet<>();

  /** All operations. */
  public static List<SameDiffOp> of(SameDiff graph) {
    OperationOrder order = new OperationOrder(graph);
    graph.getOps().values().forEach(order::visit);
    return List.copyOf(order.done);
  }

  /** The operations that some arrays depend on. */
  public static List<SameDiffOp> of(SameDiff graph, Collection<String> arrays) {
    OperationOrder order = new OperationOrder(graph);
    for (String array : arrays) {
      SameDiffOp producer = order.producer(array);
      if (producer != null) {
        order.visit(producer);
      }
    }
    return List.copyOf(order.done);
  }

  /** Loops, the only cycles there can be, are cut where they are entered. */
  private void visit(SameDiffOp last) {
    Deque<SameDiffOp> pending = new ArrayDeque<>();
    pending.push(last);
    while (!pending.isEmpty()) {
      SameDiffOp operation = pending.peek();
      if (done.contains(operation)) {
        pending.pop();
      } else if (entered.add(operation)) {
        inputs(operation).stream()
            .map(this::producer)
            .filter(producer -> producer != null && !entered.contains(producer))
            .forEach(pending::push);
      } else {
        pending.pop();
        done.add(operation);
      }
    }
  }

  private SameDiffOp producer(String array) {
    Variable variable = graph.getVariables().get(array);
    return variable == null || variable.getOutputOfOp() == null
        ? null
        : graph.getOps().get(variable.getOutputOfOp());
  }

  private static List<String> inputs(SameDiffOp operation) {
    return operation.getInputsToOp() == null ? List.of() : operation.getInputsToOp();
  }
}
