package org.owlore.examples.report;

import java.util.List;
import lombok.NonNull;

/**
 * A picture of several runs, as SVG: the moving average of each loss, and beside it what each run
 * needed of something, as bars.
 *
 * @param title stands above the picture
 * @param losses one series a run, in nats a token, at most seven
 * @param barName what the bars show
 * @param bars one number a run, above 0, in the order of the losses
 */
public record ComparisonChart(
    @NonNull String title,
    @NonNull List<Series> losses,
    @NonNull String barName,
    @NonNull List<Double> bars) {
  private static final List<String> COLOURS =
      List.of("#4e79a7", "#f28e2b", "#59a14f", "#b07aa1", "#9c755f", "#e15759", "#76b7b2");
  private static final int BARS_LEFT = 780;
  private static final int BARS_RIGHT = 1000;

  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException if there is no run, or not one bar for each
   */
  public ComparisonChart {
    losses = List.copyOf(losses);
    bars = List.copyOf(bars);
    if (losses.isEmpty() || losses.size() != bars.size()) {
      throw new IllegalArgumentException(
          "A comparison needs runs, and a bar for each: got %d runs and %d bars."
              .formatted(losses.size(), bars.size()));
    }
  }

  /** The picture. */
  public String toSvg() {
    List<Series> smoothed = losses.stream().map(Series::smoothed).toList();
    StepPlot plot = new StepPlot(60, 600, 70, 400, smoothed);
    StringBuilder content = new StringBuilder(plot.axes("loss, nats a token"));
    double longest = bars.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    content.append(Svg.text(BARS_LEFT, 60, "start", barName));
    for (int run = 0; run < losses.size(); run++) {
      String colour = COLOURS.get(run % COLOURS.size());
      double y = 80 + 45.0 * run;
      double width = (BARS_RIGHT - BARS_LEFT) * bars.get(run) / longest;
      content
          .append(plot.curve(smoothed.get(run), colour, 2))
          .append(Svg.text(BARS_LEFT - 10, y + 18, "end", losses.get(run).name()))
          .append(
              Svg.format(
                  "<rect x=\"%d\" y=\"%.1f\" width=\"%.1f\" height=\"26\" fill=\"%s\"/>%n",
                  BARS_LEFT, y, width, colour))
          .append(
              Svg.text(BARS_LEFT + width + 6, y + 18, "start", Svg.format("%.2f", bars.get(run))));
    }
    return Svg.picture(1060, 450, title, content.toString());
  }
}
