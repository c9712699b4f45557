package org.owlore.graph.layers;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;

/** Puts operations in an order in which they can run. */
final class ExecutionOrder {
  private final List<SameDiffOp> operations;
  private final Map<String, Integer> producers = new HashMap<>();

  private ExecutionOrder(List<SameDiffOp> operations) {
    this.operations = operations;
    for (int i = 0; i < operations.size(); i++) {
      for (String array : operations.get(i).getOutputsOfOp()) {
        producers.put(array, i);
      }
    }
  }

  /** As given, except where an operation stands before one whose output it reads. */
  static List<SameDiffOp> of(List<SameDiffOp> operations) {
    return new ExecutionOrder(operations).sorted();
  }

  private List<SameDiffOp> sorted() {
    int[] missing = new int[operations.size()];
    List<List<Integer>> readers = new ArrayList<>();
    operations.forEach(operation -> readers.add(new ArrayList<>()));
    PriorityQueue<Integer> ready = new PriorityQueue<>();
    for (int i = 0; i < missing.length; i++) {
      for (String input : Dataflow.inputs(operations.get(i))) {
        Integer producer = producers.get(input);
        if (producer != null) {
          missing[i]++;
          readers.get(producer).add(i);
        }
      }
      if (missing[i] == 0) {
        ready.add(i);
      }
    }
    List<SameDiffOp> sorted = new ArrayList<>();
    while (!ready.isEmpty()) {
      int next = ready.remove();
      sorted.add(operations.get(next));
      readers.get(next).stream().filter(reader -> --missing[reader] == 0).forEach(ready::add);
    }
    return sorted;
  }
}
