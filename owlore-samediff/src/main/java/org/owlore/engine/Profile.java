package org.owlore.engine;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import lombok.NonNull;

/**
 * Where the time of one run went.
 *
 * @param plan what was run
 * @param entries one for each step that did something, in order
 */
public record Profile(@NonNull TrainingPlan plan, @NonNull List<Entry> entries) {

  /**
   * One step.
   *
   * @param step what was done
   * @param nanoseconds how long it took
   */
  public record Entry(@NonNull Step step, long nanoseconds) {

    /** The operation's name, or what else the step is. */
    public String name() {
      if (step instanceof Step.Compute compute) {
        return compute.operation().name();
      }
      return step instanceof Step.Update ? "update" : "visit";
    }
  }

  /** Copies the list. */
  public Profile {
    entries = List.copyOf(entries);
  }

  /** Bytes of the arrays that a step reads and makes. */
  public long bytes(@NonNull Step step) {
    Stream<String> made =
        step instanceof Step.Compute compute ? compute.outputs().stream() : Stream.empty();
    return Stream.concat(step.inputs().stream(), made)
        .mapToLong(name -> plan.values().get(name).type().bytes())
        .sum();
  }

  /** Nanoseconds of each operation, by name. */
  public Map<String, Long> byOperation() {
    return entries.stream()
        .collect(
            Collectors.groupingBy(
                Entry::name, TreeMap::new, Collectors.summingLong(Entry::nanoseconds)));
  }

  /** Nanoseconds of the whole run. */
  public long total() {
    return entries.stream().mapToLong(Entry::nanoseconds).sum();
  }

  /** Nanoseconds spent by whoever receives the gradients: the optimizer. */
  public long updates() {
    return entries.stream()
        .filter(entry -> entry.step() instanceof Step.Update)
        .mapToLong(Entry::nanoseconds)
        .sum();
  }
}
