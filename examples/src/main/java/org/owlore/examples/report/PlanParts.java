package org.owlore.examples.report;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.owlore.engine.Step;
import org.owlore.engine.TrainingPlan;
import org.owlore.graph.Layer;
import org.owlore.graph.LayerMap;

/**
 * Tells which part of a model each step of a plan belongs to. Parts are numbered as data flows: -1
 * the embedding, 0 and on the blocks, and behind them the head with the loss.
 *
 * <p>Going forward, a part begins where its input exists; what was made there belongs to it. Going
 * backward, a step belongs to the part whose weights or forward arrays it reads; one that reads
 * gradients only, to the part of the step before it.
 */
final class PlanParts {
  /** The part before the first block. */
  static final int EMBEDDING = -1;

  /** What a step is there for. */
  enum Direction {
    FORWARD,
    BACKWARD,
    UPDATE
  }

  /**
   * Where a step belongs.
   *
   * @param part number of the part
   * @param direction what it is there for
   */
  record Place(int part, Direction direction) {}

  private final int head;
  private final Map<String, Integer> weights = new HashMap<>();
  private final Map<String, Integer> inputs = new HashMap<>();
  private final Map<String, Integer> made = new HashMap<>();
  private final Map<Step, Place> places = new IdentityHashMap<>();

  PlanParts(TrainingPlan plan, LayerMap layers) {
    head = layers.size();
    layers.layers().forEach(this::note);
    layers.finalNorm().forEach(name -> weights.put(name, head));
    layers.head().forEach(name -> weights.put(name, head));
    inputs.put(layers.layers().get(head - 1).output(), head);
    walk(plan.steps(), new HashSet<>(plan.request().outputs()), Set.copyOf(layers.embedding()));
  }

  Place place(Step step) {
    return places.get(step);
  }

  /** The part's name, for people. */
  String name(int part) {
    if (part == EMBEDDING) {
      return "embedding";
    }
    return part == head ? "head and loss" : "block " + part;
  }

  private void note(Layer layer) {
    layer.variables().forEach(name -> weights.put(name, layer.index()));
    inputs.put(layer.input(), layer.index());
  }

  private void walk(List<Step> steps, Set<String> unmade, Set<String> embedding) {
    int part = EMBEDDING;
    for (Step step : steps) {
      List<String> outputs = step instanceof Step.Compute compute ? compute.outputs() : List.of();
      if (step instanceof Step.Update update) {
        boolean embeds = embedding.contains(update.variable());
        int owner = weights.getOrDefault(update.variable(), embeds ? EMBEDDING : part);
        places.put(step, new Place(owner, Direction.UPDATE));
      } else if (unmade.isEmpty() && !(step instanceof Step.Visit)) {
        part = latest(step.inputs(), weights, made).orElse(part);
        places.put(step, new Place(part, Direction.BACKWARD));
      } else {
        part = latest(step.inputs(), weights).orElse(part);
        places.put(step, new Place(part, Direction.FORWARD));
        forgetShared(step.inputs(), part);
        part = makeForward(outputs, part);
      }
      outputs.forEach(unmade::remove);
    }
  }

  /** What several parts read, such as the attention mask, tells nothing about who reads it. */
  private void forgetShared(List<String> read, int part) {
    read.stream()
        .filter(array -> !inputs.containsKey(array))
        .filter(array -> made.getOrDefault(array, part) != part)
        .forEach(made::remove);
  }

  /** Notes what a part has made. */
  private int makeForward(Collection<String> outputs, int part) {
    int next = latest(outputs, inputs).orElse(part);
    outputs.forEach(name -> made.putIfAbsent(name, inputs.getOrDefault(name, part)));
    return next;
  }

  @SafeVarargs
  private static OptionalInt latest(Collection<String> names, Map<String, Integer>... parts) {
    return names.stream()
        .flatMap(name -> Stream.of(parts).map(map -> map.get(name)))
        .filter(part -> part != null)
        .mapToInt(part -> part)
        .max();
  }
}
