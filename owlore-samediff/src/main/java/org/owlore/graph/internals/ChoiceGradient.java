package org.owlore.graph.internals;

import java.util.List;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;

/** The gradient of an elementwise choice between two arrays. */
final class ChoiceGradient {
  private ChoiceGradient() {}

  /**
   * Each entry's gradient goes to the array that the entry came from.
   *
   * @param choice with inputs condition, x and y of one shape
   */
  static List<SDVariable> of(DifferentialFunction choice, SDVariable upstream) {
    SDVariable fromX = choice.arg(0).castTo(upstream.dataType());
    SDVariable ofX = upstream.mul(fromX);
    SDVariable ofY = upstream.mul(fromX.rsub(1.0));
    return List.of(choice.getSameDiff().zerosLike(choice.arg(0)), ofX, ofY);
  }
}
