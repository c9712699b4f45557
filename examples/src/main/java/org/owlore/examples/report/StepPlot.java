package org.owlore.examples.report;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Axes and curves over steps, in a rectangle of an SVG picture. */
final class StepPlot {
  private final int left;
  private final int right;
  private final int top;
  private final int bottom;
  private final Axis steps;
  private final Axis values;

  /** Axes that hold all values of some series. */
  StepPlot(int left, int right, int top, int bottom, List<Series> series) {
    this.left = left;
    this.right = right;
    this.top = top;
    this.bottom = bottom;
    int last = series.stream().mapToInt(s -> s.values().size() - 1).max().orElseThrow();
    this.steps = Axis.around(0, Math.max(1, last));
    this.values = Axis.around(all(series).min().orElseThrow(), all(series).max().orElseThrow());
  }

  /** Lines and numbers of both axes. */
  String axes(String valueName) {
    String rows =
        values
            .ticks()
            .mapToObj(
                value ->
                    Svg.format("<path d=\"M%d %.1fH%d\" stroke=\"#ddd\"/>%n", left, y(value), right)
                        + Svg.text(left - 8, y(value) + 4, "end", values.label(value)))
            .collect(Collectors.joining());
    String columns =
        steps
            .ticks()
            .mapToObj(
                step ->
                    Svg.format("<path d=\"M%.1f %dV%d\" stroke=\"#ddd\"/>%n", x(step), top, bottom)
                        + Svg.text(x(step), bottom + 18, "middle", steps.label(step)))
            .collect(Collectors.joining());
    return rows
        + columns
        + Svg.text((left + right) / 2.0, bottom + 40, "middle", "step")
        + Svg.text(left, top - 10, "start", valueName);
  }

  /** One series as a line. */
  String curve(Series series, String colour, double width) {
    String points =
        IntStream.range(0, series.values().size())
            .mapToObj(step -> Svg.format("%.1f,%.1f", x(step), y(series.values().get(step))))
            .collect(Collectors.joining(" "));
    return Svg.format(
        "<polyline fill=\"none\" stroke-linejoin=\"round\" stroke=\"%s\" stroke-width=\"%.1f\""
            + " points=\"%s\"/>%n",
        colour, width, points);
  }

  private double x(double step) {
    return left + steps.position(step) * (right - left);
  }

  private double y(double value) {
    return bottom - values.position(value) * (bottom - top);
  }

  private static DoubleStream all(List<Series> series) {
    return series.stream().flatMap(s -> s.values().stream()).mapToDouble(Double::doubleValue);
  }
}
