package org.owlore.examples.report;

import java.util.List;
import lombok.NonNull;

/**
 * A picture of one run, as SVG: the loss of each step, and its moving average.
 *
 * @param title stands above the picture
 * @param losses one a step, in nats a token
 */
public record LossChart(@NonNull String title, @NonNull Series losses) {

  /** The picture. */
  public String toSvg() {
    StepPlot plot = new StepPlot(70, 780, 70, 400, List.of(losses));
    return Svg.picture(
        800,
        450,
        title,
        plot.axes("loss, nats a token")
            + plot.curve(losses, "#9ecae1", 1)
            + plot.curve(losses.smoothed(), "#08519c", 2.5));
  }
}
