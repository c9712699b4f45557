package org.owlore.examples.benchmark;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What both benchmarks tell of the model and its batches. */
final class WorkloadJson {
  private WorkloadJson() {}

  static void write(Workload workload, ObjectNode root) {
    root.put("model", workload.model().name());
    root.put("batch", workload.batch());
    root.put("length", workload.length());
    root.put("rank", workload.rank());
    root.put("gamma", workload.gamma());
  }
}
