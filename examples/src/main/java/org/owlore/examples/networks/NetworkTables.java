package org.owlore.examples.networks;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import lombok.NonNull;
import lombok.RequiredArgsConstructor;

/** Shows what was measured of networks to people. */
@RequiredArgsConstructor
public final class NetworkTables {
  private final @NonNull PrintWriter out;

  /** Updater state; the first line of a network is what the others are compared with. */
  public void printState(@NonNull List<StateBytes> results) {
    line("%-34s %-16s %12s %12s %9s", "network", "updater", "by formula", "held, bytes", "of Adam");
    long adam = 0;
    for (StateBytes result : results) {
      adam = result.updater().equals("Adam") ? result.measured() : adam;
      line(
          "%-34s %-16s %12d %12d %7.1f %%",
          result.network(),
          result.updater(),
          result.expected(),
          result.measured(),
          100.0 * result.measured() / adam);
    }
  }

  /** Steps. */
  public void printTimes(@NonNull List<StepTimes> results) {
    line("%-34s %8s %12s %12s %12s", "network", "trained", "full, ms", "sampled, ms", "ratio");
    for (StepTimes result : results) {
      line(
          "%-34s %3d of %d %12.1f %12.1f %12.2f",
          result.network(),
          result.gamma(),
          result.blocks(),
          result.full().median(),
          result.sampled().median(),
          result.ratio().median());
    }
    line("(medians; ratio: of steps made one right after the other)");
  }

  /** Accuracies. */
  public void printTransfer(@NonNull TransferComparison comparison, List<TransferResult> results) {
    TransferSettings settings = comparison.settings();
    line(
        "%s: classes 0-4 known, 5-9 learned from %d images each, %d steps of %d images, %d seeds",
        comparison.images().name(),
        settings.labelled(),
        settings.steps(),
        settings.batch(),
        settings.seeds());
    line(
        "%-20s %10s %10s %14s   %s",
        "method", "test", "deviation", "state, bytes", "learning rate (validation of the grid)");
    for (TransferResult result : results) {
      line(
          "%-20s %8.1f %% %8.1f %% %14d   %s (%s)",
          result.method().label(),
          100 * result.mean(),
          100 * result.deviation(),
          result.stateBytes(),
          result.learningRate(),
          result.validation().stream()
              .map(accuracy -> String.format(Locale.ROOT, "%.1f", 100 * accuracy))
              .collect(Collectors.joining(" ")));
    }
  }

  private void line(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
    out.flush();
  }
}
