package org.owlore.examples.benchmark;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import lombok.NonNull;
import org.owlore.engine.PlanMemory;

/**
 * What a run of the memory benchmark has found, in bytes.
 *
 * @param plan what the plan that needs most must hold at least, beside weights and optimizer
 * @param early what was held after a few steps
 * @param late what was held in the end
 * @param others resident memory of another process after the same steps, early and late, if there
 *     was one
 */
public record MemoryResult(
    @NonNull PlanMemory plan,
    @NonNull MemorySample early,
    @NonNull MemorySample late,
    @NonNull Optional<List<OptionalLong>> others) {

  /** The workspace that is held, over what the plan needs. */
  public double workspaceOverPlan() {
    return (double) late.stated().workspace() / plan.total();
  }

  /** All arrays that are held beyond the weights, over what plan and optimizer need. */
  public double heldOverStated() {
    double stated = plan.total() + late.stated().optimizer();
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
