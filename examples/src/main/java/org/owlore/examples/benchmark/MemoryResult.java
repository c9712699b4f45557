package org.owlore.examples.benchmark;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import lombok.NonNull;

/**
 * What a run of the memory benchmark has found, in bytes.
 *
 * @param planned what the largest plan says it needs beside weights and optimizer, by what for
 * @param early what was held after a few steps
 * @param late what was held in the end
 * @param others resident memory of another process after the same steps, early and late, if there
 *     was one
 */
public record MemoryResult(
    @NonNull Map<String, Long> planned,
    @NonNull MemorySample early,
    @NonNull MemorySample late,
    @NonNull Optional<List<OptionalLong>> others) {

  /** What the largest plan needs. */
  public long plan() {
    return planned.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The workspace that is held, over what the plan needs. */
  public double workspaceOverPlan() {
    return (double) late.stated().workspace() / plan();
  }

  /** All arrays that are held beyond the weights, over what plan and optimizer need. */
  public double heldOverStated() {
    double stated = plan() + late.stated().optimizer();
    return (late.arrays() - late.stated().weights()) / stated;
  }

  /** Resident memory in the end over that after a few steps; NaN where the system does not tell. */
  public double growth() {
    return growth(early.resident(), late.resident());
  }

  /** Likewise, of the other process; NaN where there was none. */
  public double othersGrowth() {
    return others.map(both -> growth(both.get(0), both.get(1))).orElse(Double.NaN);
  }

  private static double growth(OptionalLong early, OptionalLong late) {
    return early.isPresent() && late.isPresent()
        ? (double) late.getAsLong() / early.getAsLong()
        : Double.NaN;
  }
}
