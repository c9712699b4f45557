package org.owlore.examples.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ComparisonChartTest {
  private static final Series LONG = new Series("owlore", List.of(3.0, 2.0, 1.0));
  private static final Series SHORT = new Series("full", List.of(3.0, 1.5));

  @Test
  void everyRunHasACurveABarAndAName() {
    String svg = new ComparisonChart("Runs", List.of(LONG, SHORT), "MB", List.of(1.0, 4.0)).toSvg();

    assertThat(svg).contains(">owlore<", ">full<", ">MB<", ">1.00<", ">4.00<");
    assertThat(svg.split("<polyline")).hasSize(3);
    assertThat(svg).contains("width=\"220.0\"").contains("width=\"55.0\"");
  }

  @Test
  void runsWithoutBarsAreRefused() {
    assertThatThrownBy(() -> new ComparisonChart("Runs", List.of(LONG), "MB", List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A comparison needs runs, and a bar for each: got 1 runs and 0 bars.");
  }

  @Test
  void smoothingAveragesOverATwentiethOfTheRun() {
    List<Double> values = IntStream.range(0, 40).mapToObj(i -> (double) i).toList();

    assertThat(new Series("x", values).smoothed().values())
        .startsWith(0.0, 0.5, 1.5, 2.5)
        .endsWith(38.5);
    assertThat(LONG.smoothed()).isEqualTo(LONG);
  }
}
