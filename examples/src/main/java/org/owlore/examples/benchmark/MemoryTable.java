package org.owlore.examples.benchmark;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import lombok.NonNull;
import lombok.RequiredArgsConstructor;
import org.owlore.engine.PlanMemory;

/** Shows the result of the memory benchmark to people. */
@RequiredArgsConstructor
public final class MemoryTable {
  private static final String UNKNOWN = "unknown";

  private final @NonNull PrintWriter out;

  /**
   * Prints the table, in megabytes, and what the issue is: whether what is held is what must be.
   */
  public void print(@NonNull MemoryResult result) {
    MemorySample early = result.early();
    MemorySample late = result.late();
    row("MB", "step " + early.step(), "step " + late.step());
    row("weights", megabytes(early.stated().weights()), megabytes(late.stated().weights()));
    row("optimizer", megabytes(early.stated().optimizer()), megabytes(late.stated().optimizer()));
    plan(result.plan());
    row(
        "workspace held",
        megabytes(early.stated().workspace()),
        megabytes(late.stated().workspace()));
    row("arrays held in all", megabytes(early.arrays()), megabytes(late.arrays()));
    row("Java heap", megabytes(early.heap()), megabytes(late.heap()));
    row("resident", megabytes(early.resident()), megabytes(late.resident()));
    result.others().ifPresent(this::others);
    ratios(result);
    out.flush();
  }

  private void plan(PlanMemory plan) {
    row("plan: activations", "", megabytes(plan.activations()));
    row("plan: gradients", "", megabytes(plan.gradients()));
    row("plan: temporaries", "", megabytes(plan.temporaries()));
    row("plan: together", "", megabytes(plan.total()));
    row("plan: activations, at most", "", megabytes(plan.mostActivations()));
  }

  private void others(List<OptionalLong> resident) {
    row("resident, " + PyTorchTwin.NAME, megabytes(resident.get(0)), megabytes(resident.get(1)));
  }

  private void ratios(MemoryResult result) {
    out.printf(Locale.ROOT, "workspace held / plan: %.3f%n", result.workspaceOverPlan());
    out.printf(
        Locale.ROOT, "arrays beyond weights / (plan + optimizer): %.3f%n", result.heldOverStated());
    growth("resident, late / early", result.growth());
    if (result.others().isPresent()) {
      growth("resident of " + PyTorchTwin.NAME + ", late / early", result.othersGrowth());
    }
  }

  private void growth(String what, double ratio) {
    if (Double.isNaN(ratio)) {
      out.printf("%s: unknown, because this system has no /proc/PID/status%n", what);
    } else {
      out.printf(Locale.ROOT, "%s: %.4f%n", what, ratio);
    }
  }

  private void row(String what, String early, String late) {
    out.println(String.format("%-28s %12s %12s", what, early, late));
  }

  private static String megabytes(OptionalLong bytes) {
    return bytes.isPresent() ? megabytes(bytes.getAsLong()) : UNKNOWN;
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f", bytes / 1e6);
  }
}
