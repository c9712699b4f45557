package org.owlore.examples.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import lombok.NonNull;

/**
 * A picture of the loss over the steps of a run, as SVG: the loss of each step, and its moving
 * average over a twentieth of the run. Needs no fonts on the machine that draws it.
 */
public final class LossChart {
  private static final int WIDTH = 800;
  private static final int HEIGHT = 450;
  private static final int LEFT = 70;
  private static final int RIGHT = 780;
  private static final int TOP = 50;
  private static final int BOTTOM = 400;

  private final String title;
  private final List<Double> losses;
  private final Axis steps;
  private final Axis values;

  /**
   * Draws the losses of one run.
   *
   * @param title stands above the picture
   * @param losses one finite number a step, at least one
   * @throws IllegalArgumentException if there is no loss
   */
  public LossChart(@NonNull String title, @NonNull List<Double> losses) {
    if (losses.isEmpty()) {
      throw new IllegalArgumentException("There is no loss to draw: the run made no step.");
    }
    this.title = title;
    this.losses = List.copyOf(losses);
    this.steps = Axis.around(0, Math.max(1, losses.size() - 1));
    this.values =
        Axis.around(
            losses.stream().mapToDouble(Double::doubleValue).min().orElseThrow(),
            losses.stream().mapToDouble(Double::doubleValue).max().orElseThrow());
  }

  /** The picture. */
  public String toSvg() {
    return """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" font-family="sans-serif" font-size="13">
        <rect width="%1$d" height="%2$d" fill="white"/>
        <text x="%3$d" y="28" font-size="17">%4$s</text>
        %5$s
        <g fill="none" stroke-linejoin="round">
        <polyline stroke="#9ecae1" stroke-width="1" points="%6$s"/>
        <polyline stroke="#08519c" stroke-width="2.5" points="%7$s"/>
        </g>
        <text x="%8$d" y="440" text-anchor="middle">step</text>
        <text x="20" y="225" text-anchor="middle" transform="rotate(-90 20 225)">loss, nats a token</text>
        </svg>
        """
        .formatted(
            WIDTH,
            HEIGHT,
            LEFT,
            escaped(title),
            grid(),
            points(losses),
            points(movingAverage()),
            (LEFT + RIGHT) / 2);
  }

  private String grid() {
    List<String> lines = new ArrayList<>();
    values
        .ticks()
        .forEach(
            value ->
                lines.add(
                    text("<path d=\"M%d %.1fH%d\" stroke=\"#ddd\"/>", LEFT, y(value), RIGHT)
                        + text(
                            "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
                            LEFT - 8, y(value) + 4, values.label(value))));
    steps
        .ticks()
        .forEach(
            step ->
                lines.add(
                    text("<path d=\"M%.1f %dV%d\" stroke=\"#ddd\"/>", x(step), TOP, BOTTOM)
                        + text(
                            "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                            x(step), BOTTOM + 18, steps.label(step))));
    return String.join("\n", lines);
  }

  private String points(List<Double> series) {
    return IntStream.range(0, series.size())
        .mapToObj(step -> text("%.1f,%.1f", x(step), y(series.get(step))))
        .collect(Collectors.joining(" "));
  }

  private List<Double> movingAverage() {
    int window = Math.max(1, losses.size() / 20);
    List<Double> averages = new ArrayList<>();
    double sum = 0;
    for (int step = 0; step < losses.size(); step++) {
      sum += losses.get(step) - (step < window ? 0 : losses.get(step - window));
      averages.add(sum / Math.min(step + 1, window));
    }
    return averages;
  }

  private double x(double step) {
    return LEFT + steps.position(step) * (RIGHT - LEFT);
  }

  private double y(double loss) {
    return BOTTOM - values.position(loss) * (BOTTOM - TOP);
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
