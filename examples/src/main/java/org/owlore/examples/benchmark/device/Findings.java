package org.owlore.examples.benchmark.device;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import lombok.NonNull;
import lombok.RequiredArgsConstructor;

/** A table of findings that is printed row by row, since a run may be ended before its end. */
@RequiredArgsConstructor
public final class Findings implements Consumer<Finding> {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final @NonNull PrintWriter out;
  private final List<Finding> found = new ArrayList<>();

  @Override
  public void accept(Finding finding) {
    found.add(finding);
    out.println(
        String.format(
            Locale.ROOT,
            "%-72s %12s %-10s %s",
            finding.what(),
            value(finding),
            finding.isAnswer() ? "" : finding.unit(),
            Stream.of(verdict(finding), finding.remark())
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining("; "))));
    out.flush();
  }

  /** Whether all numbers are within their bounds. */
  public boolean hold() {
    return found.stream().allMatch(Finding::holds);
  }

  /**
   * All findings as JSON.
   *
   * @param facts what else is to be told, such as the device
   */
  public String json(@NonNull Map<String, String> facts) {
    ObjectNode root = JSON.createObjectNode();
    facts.forEach(root::put);
    ArrayNode rows = root.putArray("findings");
    for (Finding finding : found) {
      ObjectNode row = rows.addObject();
      row.put("what", finding.what());
      put(row, "value", finding.value());
      row.put("unit", finding.unit());
      put(row, "least", finding.least());
      put(row, "most", finding.most());
      row.put("holds", finding.holds());
      if (!finding.remark().isEmpty()) {
        row.put("remark", finding.remark());
      }
    }
    return root.toPrettyString() + "\n";
  }

  private static void put(ObjectNode row, String field, double value) {
    if (Double.isFinite(value)) {
      row.put(field, value);
    } else {
      row.putNull(field);
    }
  }

  private static String value(Finding finding) {
    if (finding.isAnswer()) {
      return finding.holds() ? "yes" : "no";
    }
    return number(finding.value());
  }

  private static String verdict(Finding finding) {
    String verdict = finding.holds() ? "ok" : "FAILED";
    if (finding.isAnswer()) {
      return verdict;
    }
    if (!finding.bounded()) {
      return finding.holds() ? "" : verdict;
    }
    String bound =
        finding.most() < Double.POSITIVE_INFINITY
            ? "at most " + number(finding.most())
            : "at least " + number(finding.least());
    return bound + ": " + verdict;
  }

  private static String number(double value) {
    boolean plain = value == 0 || Math.abs(value) >= 0.01 && Math.abs(value) < 1e7;
    return String.format(Locale.ROOT, plain ? "%.3f" : "%.2e", value);
  }
}
