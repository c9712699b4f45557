package org.owlore.examples.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.owlore.engine.Profile;
import org.owlore.graph.LanguageModel;

/** The tables of two steps of which each took a millisecond for whatever it did. */
class TrainingProfileTest {
  private final LanguageModel model = TinyProfile.model(false);
  private final Profile step =
      TinyProfile.ofMilliseconds(
          TinyProfile.plan(model, Set.copyOf(model.layers().layers().get(1).variables())));

  @Test
  void theHeadlineIsAMeanStep() {
    long bytes = step.entries().stream().mapToLong(entry -> step.bytes(entry.step())).sum();

    assertThat(lines(15).get(0))
        .isEqualTo(
            String.format(
                Locale.ROOT,
                "profile of 2 steps: %.2f ms and %.1f MB read and written a step",
                (double) step.entries().size(),
                bytes / 1e6));
  }

  @Test
  void operationsAreSortedByTimeAndTheRestIsOneLine() {
    List<String> lines = lines(2);
    int matmuls = (int) step.entries().stream().filter(e -> e.name().equals("matmul")).count();
    long operations = step.byOperation().size();

    assertThat(lines.get(1)).matches("operation +ms +% +MB +calls");
    assertThat(lines.subList(2, 4))
        .anySatisfy(line -> assertThat(line).matches("matmul +%d\\.00 .*".formatted(matmuls)));
    assertThat(milliseconds(lines.get(2))).isGreaterThanOrEqualTo(milliseconds(lines.get(3)));
    assertThat(lines.get(4)).startsWith((operations - 2) + " others");
    assertThat(lines.get(5)).matches("part +ms +% +forward +backward +update +MB");
  }

  @Test
  void partsAddUpToTheStep() {
    List<String> parts = lines(1000).stream().dropWhile(line -> !line.startsWith("part")).toList();

    assertThat(parts).hasSize(1 + 5);
    assertThat(parts)
        .anyMatch(line -> line.startsWith("embedding "))
        .anyMatch(line -> line.startsWith("block 2 "))
        .anyMatch(line -> line.startsWith("head and loss "));
    assertThat(parts.stream().skip(1).mapToDouble(TrainingProfileTest::milliseconds).sum())
        .isEqualTo(step.entries().size());
  }

  private static double milliseconds(String line) {
    return Double.parseDouble(line.replaceAll("^.*?(\\d+\\.\\d\\d) .*", "$1"));
  }

  private List<String> lines(int rows) {
    TrainingProfile profile = new TrainingProfile(model.layers());
    profile.add(step);
    profile.add(step);
    StringWriter text = new StringWriter();
    profile.print(new PrintWriter(text), rows);
    return text.toString().lines().toList();
  }
}
