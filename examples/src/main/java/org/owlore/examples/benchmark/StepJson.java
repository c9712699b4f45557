package org.owlore.examples.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import lombok.NonNull;
import org.owlore.examples.benchmark.StepResult.Entrant;
import org.owlore.examples.benchmark.StepResult.Ratio;
import org.owlore.finetune.Method;

/** The result of the step benchmark as JSON, with every single step. */
public final class StepJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private StepJson() {}

  /**
   * Writes a result.
   *
   * @param facts what else is to be told, such as versions and numbers of threads
   * @return indented JSON; times in milliseconds, numbers that are not known as null
   */
  public static String write(
      @NonNull StepBenchmark benchmark,
      @NonNull Map<String, String> facts,
      @NonNull StepResult result) {
    ObjectNode root = JSON.createObjectNode();
    settings(root, benchmark);
    facts.forEach(root::put);
    ArrayNode times = root.putArray("times");
    result.times().forEach((who, time) -> time(times.addObject(), who, time));
    ArrayNode ratios = root.putArray("ratios");
    result.ratios().forEach(ratio -> ratio(ratios.addObject(), ratio));
    ArrayNode own = root.putArray("own");
    benchmark.methods().forEach(method -> own(own.addObject(), method, result.own(method)));
    ArrayNode laps = root.putArray("laps");
    result.laps().forEach(lap -> lap(laps.addObject(), lap));
    return root.toPrettyString() + "\n";
  }

  private static void settings(ObjectNode root, StepBenchmark benchmark) {
    WorkloadJson.write(benchmark.workload(), root);
    benchmark.checkpointing().forEach(kept -> root.withArray("checkpointing").add(kept.name()));
    root.put("warmUp", benchmark.rounds().warmUp());
    root.put("rounds", benchmark.rounds().measured());
    root.put("interval", benchmark.rounds().interval());
    root.put("seed", benchmark.rounds().seed());
  }

  private static void time(ObjectNode node, Entrant who, Spread time) {
    node.put("method", who.method().label());
    node.put("who", who.contender());
    spread(node, time);
  }

  private static void ratio(ObjectNode node, Ratio ratio) {
    node.put("over", ratio.over().contender() + " " + ratio.over().method().label());
    node.put("under", ratio.under().contender() + " " + ratio.under().method().label());
    spread(node, ratio.spread());
  }

  private static void spread(ObjectNode node, Spread spread) {
    put(node, "median", spread.median());
    put(node, "min", spread.minimum());
    put(node, "max", spread.maximum());
    put(node, "mean", spread.mean());
    node.put("count", spread.count());
  }

  private static void own(ObjectNode node, Method method, OwnStep step) {
    node.put("method", method.label());
    put(node, "step", step.step());
    put(node, "refresh", step.refresh());
    put(node, "compile", step.compile());
    put(node, "amortized", step.amortized());
    put(node, "updateShare", step.updateShare());
    put(node, "outsideShare", step.outsideShare());
  }

  private static void lap(ObjectNode node, Lap lap) {
    node.put("round", lap.turn().round());
    node.put("method", lap.turn().method().label());
    lap.turn().blocks().forEach(node.withArray("blocks")::add);
    node.put("measured", lap.turn().measured());
    node.put("drawn", lap.turn().drawn());
    node.put("who", lap.contender());
    put(node, "total", lap.timing().total());
    put(node, "update", lap.timing().update());
    put(node, "outside", lap.timing().outside());
  }

  private static void put(ObjectNode node, String field, double value) {
    if (Double.isNaN(value)) {
      node.putNull(field);
    } else {
      node.put(field, value);
    }
  }
}
