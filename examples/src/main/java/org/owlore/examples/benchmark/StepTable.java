package org.owlore.examples.benchmark;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import lombok.NonNull;
import lombok.RequiredArgsConstructor;
import org.owlore.examples.benchmark.StepResult.Entrant;
import org.owlore.examples.benchmark.StepResult.Ratio;
import org.owlore.finetune.Method;

/** Shows the result of the step benchmark to people. */
@RequiredArgsConstructor
public final class StepTable {
  private final @NonNull PrintWriter out;

  /** Prints the tables: times, ratios, and where our own time goes. */
  public void print(@NonNull StepResult result, @NonNull List<Method> methods) {
    line("%-8s %-13s %10s %10s %10s %7s", "method", "who", "median ms", "min", "max", "steps");
    result.times().forEach(this::time);
    out.println();
    line("%-34s %10s %10s %10s %10s %7s", "ratio", "median", "min", "max", "mean", "pairs");
    result.ratios().forEach(this::ratio);
    out.println();
    line(
        "%-8s %10s %10s %10s %12s %12s %11s",
        "method", "step ms", "refresh", "compile", "amortized", "optimizer %", "outside %");
    methods.forEach(method -> own(method, result.own(method)));
    line(
        "(amortized: subspaces found anew every %d steps, blocks drawn every %d)",
        OwnStep.REFRESH, OwnStep.DRAW);
    out.flush();
  }

  private void time(Entrant who, Spread time) {
    line(
        "%-8s %-13s %10.1f %10.1f %10.1f %7d",
        who.method().label(),
        who.contender(),
        time.median(),
        time.minimum(),
        time.maximum(),
        time.count());
  }

  private void ratio(Ratio ratio) {
    Spread spread = ratio.spread();
    line(
        "%-34s %10.3f %10.3f %10.3f %10.3f %7d",
        name(ratio.over()) + " / " + name(ratio.under()),
        spread.median(),
        spread.minimum(),
        spread.maximum(),
        spread.mean(),
        spread.count());
  }

  private static String name(Entrant who) {
    return who.contender() + " " + who.method().label();
  }

  private void own(Method method, OwnStep step) {
    line(
        "%-8s %10.1f %10.1f %10.1f %12.1f %12.1f %11.1f",
        method.label(),
        step.step(),
        step.refresh(),
        step.compile(),
        step.amortized(),
        100 * step.updateShare(),
        100 * step.outsideShare());
  }

  private void line(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
  }
}
