package org.owlore.examples.benchmark.device;

import java.util.Locale;
import java.util.function.Consumer;
import lombok.RequiredArgsConstructor;
import org.owlore.finetune.MemoryReport;

/** How the memory of a run grows from the first look to the last: a row for each. */
@RequiredArgsConstructor
final class MemoryGrowth {
  private final UsedMemory used;
  private final Consumer<Finding> findings;

  private Look first;
  private Look last;

  /**
   * What there was at a step.
   *
   * @param step how many had been made
   * @param held bytes that the run holds
   * @param taken bytes of the device that all take; 0 where that is not known
   */
  private record Look(long step, double held, double taken) {}

  /** Looks after a step. */
  void look(long step, MemoryReport report) {
    last = new Look(step, report.total(), used.bytes().orElse(0));
    if (first == null) {
      first = last;
    }
    String growth =
        last == first ? "" : text("%.3f times step %d", last.held() / first.held(), first.step());
    String taken = last.taken() > 0 ? text("%.0f MB of the device taken", last.taken() / 1e6) : "";
    String both = growth + (growth.isEmpty() || taken.isEmpty() ? "" : ", ") + taken;
    String what = "step %d: memory held".formatted(step);
    findings.accept(Finding.of(what, last.held() / 1e6, "MB").with(both));
  }

  /**
   * Compares the last look with the first.
   *
   * @param most by how much memory may be multiplied
   */
  void judge(double most) {
    String when = "step %d / step %d: ".formatted(last.step(), first.step());
    double held = last.held() / first.held();
    findings.accept(Finding.atMost(when + "memory held", held, "times", most));
    if (first.taken() > 0) {
      double taken = last.taken() / first.taken();
      findings.accept(Finding.atMost(when + "memory of the device taken", taken, "times", most));
    }
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
