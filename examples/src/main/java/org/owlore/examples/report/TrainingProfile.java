package org.owlore.examples.report;

import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import lombok.NonNull;
import lombok.RequiredArgsConstructor;
import org.owlore.engine.Profile;
import org.owlore.engine.Step;
import org.owlore.engine.TrainingPlan;
import org.owlore.examples.report.PlanParts.Direction;
import org.owlore.examples.report.PlanParts.Place;
import org.owlore.graph.LayerMap;

/** Where the time of a run's steps went, by operation and by part of the model. */
@RequiredArgsConstructor
public final class TrainingProfile {
  private final @NonNull LayerMap layers;
  private final Map<String, Sum> operations = new TreeMap<>();
  private final Map<Integer, Map<Direction, Sum>> byPart = new TreeMap<>();
  private TrainingPlan plan;
  private PlanParts parts;
  private int steps;

  /** Time, bytes and number of what was done. */
  private static final class Sum {
    private long nanoseconds;
    private long bytes;
    private long calls;

    void add(long moreNanoseconds, long moreBytes) {
      nanoseconds += moreNanoseconds;
      bytes += moreBytes;
      calls++;
    }

    static Sum of(Iterable<Sum> sums) {
      Sum total = new Sum();
      for (Sum sum : sums) {
        total.nanoseconds += sum.nanoseconds;
        total.bytes += sum.bytes;
        total.calls += sum.calls;
      }
      return total;
    }
  }

  /** Adds a training step. */
  public void add(@NonNull Profile profile) {
    if (profile.plan() != plan) {
      plan = profile.plan();
      parts = new PlanParts(plan, layers);
    }
    for (Profile.Entry entry : profile.entries()) {
      add(entry.name(), entry.step(), entry.nanoseconds(), profile.bytes(entry.step()));
    }
    steps++;
  }

  private void add(String name, Step step, long nanoseconds, long bytes) {
    operations.computeIfAbsent(name, key -> new Sum()).add(nanoseconds, bytes);
    Place place = parts.place(step);
    byPart
        .computeIfAbsent(place.part(), key -> new TreeMap<>())
        .computeIfAbsent(place.direction(), key -> new Sum())
        .add(nanoseconds, bytes);
  }

  /**
   * Prints two tables: milliseconds and megabytes (read and written) of a mean step by operation,
   * the slowest first, and by part of the model, likewise.
   *
   * @param rows how many operations get a line of their own, at least 1
   */
  public void print(@NonNull PrintWriter out, int rows) {
    Sum total = Sum.of(operations.values());
    out.printf(
        Locale.ROOT,
        "profile of %,d steps: %.2f ms and %.1f MB read and written a step%n",
        steps,
        milliseconds(total),
        megabytes(total));
    printOperations(out, rows, total);
    printParts(out, total);
    out.flush();
  }

  private void printOperations(PrintWriter out, int rows, Sum total) {
    List<Map.Entry<String, Sum>> sorted = slowestFirst(operations, sum -> sum);
    int shown = Math.min(rows, sorted.size());
    out.printf("%-44s %10s %6s %10s %7s%n", "operation", "ms", "%", "MB", "calls");
    sorted.subList(0, shown).forEach(entry -> line(out, entry.getKey(), entry.getValue(), total));
    List<Sum> rest =
        sorted.subList(shown, sorted.size()).stream().map(Map.Entry::getValue).toList();
    if (!rest.isEmpty()) {
      line(out, rest.size() + " others", Sum.of(rest), total);
    }
  }

  private void line(PrintWriter out, String name, Sum sum, Sum total) {
    out.printf(
        Locale.ROOT,
        "%-44s %10.2f %6.1f %10.1f %7.1f%n",
        name,
        milliseconds(sum),
        percent(sum, total),
        megabytes(sum),
        (double) sum.calls / steps);
  }

  private void printParts(PrintWriter out, Sum total) {
    out.printf(
        "%-14s %10s %6s %10s %10s %10s %10s%n",
        "part", "ms", "%", "forward", "backward", "update", "MB");
    for (Map.Entry<Integer, Map<Direction, Sum>> part :
        slowestFirst(byPart, sums -> Sum.of(sums.values()))) {
      Map<Direction, Sum> sums = part.getValue();
      Sum all = Sum.of(sums.values());
      out.printf(
          Locale.ROOT,
          "%-14s %10.2f %6.1f %10.2f %10.2f %10.2f %10.1f%n",
          parts.name(part.getKey()),
          milliseconds(all),
          percent(all, total),
          milliseconds(sums.getOrDefault(Direction.FORWARD, new Sum())),
          milliseconds(sums.getOrDefault(Direction.BACKWARD, new Sum())),
          milliseconds(sums.getOrDefault(Direction.UPDATE, new Sum())),
          megabytes(all));
    }
  }

  private static <K, V> List<Map.Entry<K, V>> slowestFirst(Map<K, V> sums, Function<V, Sum> time) {
    Comparator<Map.Entry<K, V>> byTime =
        Comparator.comparingLong(entry -> time.apply(entry.getValue()).nanoseconds);
    return sums.entrySet().stream().sorted(byTime.reversed()).toList();
  }

  private double milliseconds(Sum sum) {
    return sum.nanoseconds / 1e6 / steps;
  }

  private double megabytes(Sum sum) {
    return sum.bytes / 1e6 / steps;
  }

  private static double percent(Sum sum, Sum total) {
    return 100.0 * sum.nanoseconds / total.nanoseconds;
  }
}
