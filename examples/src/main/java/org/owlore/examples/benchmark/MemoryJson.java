package org.owlore.examples.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import lombok.NonNull;
import org.owlore.engine.PlanMemory;

/** The result of the memory benchmark as JSON. */
public final class MemoryJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private MemoryJson() {}

  /**
   * Writes a result.
   *
   * @param facts what else is to be told, such as versions and numbers of threads
   * @return indented JSON; memory in bytes, numbers that are not known as null
   */
  public static String write(
      @NonNull MemoryBenchmark benchmark,
      @NonNull Map<String, String> facts,
      @NonNull MemoryResult result) {
    ObjectNode root = JSON.createObjectNode();
    WorkloadJson.write(benchmark.workload(), root);
    root.put("method", benchmark.method().label());
    root.put("frozenState", benchmark.frozenState().name());
    root.put("checkpointing", benchmark.checkpointing().name());
    root.put("interval", benchmark.interval());
    facts.forEach(root::put);
    plan(root.putObject("plan"), result.plan());
    sample(root.putObject("early"), result.early());
    sample(root.putObject("late"), result.late());
    root.put("workspaceOverPlan", result.workspaceOverPlan());
    root.put("heldOverStated", result.heldOverStated());
    ratio(root, "growth", result.growth());
    result.others().ifPresent(both -> others(root.putObject("pytorchResident"), both, result));
    return root.toPrettyString() + "\n";
  }

  private static void plan(ObjectNode node, PlanMemory plan) {
    node.put("activations", plan.activations());
    node.put("gradients", plan.gradients());
    node.put("temporaries", plan.temporaries());
    node.put("total", plan.total());
    node.put("mostActivations", plan.mostActivations());
  }

  private static void sample(ObjectNode node, MemorySample sample) {
    node.put("step", sample.step());
    node.put("weights", sample.stated().weights());
    node.put("optimizer", sample.stated().optimizer());
    node.put("workspace", sample.stated().workspace());
    node.put("arrays", sample.arrays());
    node.put("heap", sample.heap());
    bytes(node, "resident", sample.resident());
  }

  private static void others(ObjectNode node, List<OptionalLong> both, MemoryResult result) {
    bytes(node, "early", both.get(0));
    bytes(node, "late", both.get(1));
    ratio(node, "growth", result.othersGrowth());
  }

  private static void bytes(ObjectNode node, String field, OptionalLong bytes) {
    if (bytes.isPresent()) {
      node.put(field, bytes.getAsLong());
    } else {
      node.putNull(field);
    }
  }

  private static void ratio(ObjectNode node, String field, double ratio) {
    if (Double.isNaN(ratio)) {
      node.putNull(field);
    } else {
      node.put(field, ratio);
    }
  }
}
