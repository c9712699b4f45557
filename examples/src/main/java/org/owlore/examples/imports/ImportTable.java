package org.owlore.examples.imports;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import lombok.NonNull;
import lombok.RequiredArgsConstructor;
import org.owlore.examples.imports.ImportResult.Outcome;

/** Prints results of the import benchmark for people. */
@RequiredArgsConstructor
public final class ImportTable {
  private final PrintWriter out;

  /** Prints a row for one result, and a line for each problem. */
  public void print(@NonNull ImportResult result) {
    if (result.outcome() == Outcome.NOT_COUNTED) {
      line("%-5s %-55s %s", "-", result.name(), result.problems().get(0));
    } else {
      line(
          "%-5s %-55s %6.2f s %5d operations, pass %.3f s %.1f MiB, logits %.0e, gradients %.0e%s",
          result.outcome() == Outcome.RIGHT ? "ok" : "WRONG",
          result.name(),
          result.seconds(),
          result.operations(),
          result.cost().seconds(),
          result.cost().bytes() / 1024.0 / 1024.0,
          result.logits(),
          result.gradients(),
          baked(result));
      result.problems().forEach(problem -> line("      %s", problem));
    }
    out.flush();
  }

  private static String baked(ImportResult result) {
    return result.baked().isEmpty()
        ? ""
        : ", not in the file: " + String.join(", ", result.baked());
  }

  /** Prints how many were right. */
  public void printShare(@NonNull List<ImportResult> results) {
    long right = count(results, Outcome.RIGHT);
    long counted = right + count(results, Outcome.WRONG);
    line(
        "%d of %d exports are right (%.1f%%); %d more do not count.",
        right, counted, 100.0 * right / Math.max(1, counted), results.size() - counted);
    out.flush();
  }

  private static long count(List<ImportResult> results, Outcome outcome) {
    return results.stream().filter(result -> result.outcome() == outcome).count();
  }

  private void line(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
  }
}
