package org.owlore.testing;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Independent gradients for comparison: central differences of the loss. */
public final class Gradients {
  private static final double STEP = 1e-2;

  private Gradients() {}

  /**
   * Numerical gradients of a scalar loss in every entry of the named variables; for graphs of a few
   * hundred weights. Exact up to rounding and third-order terms.
   */
  public static Map<String, INDArray> numerical(
      SameDiff graph, String loss, Map<String, INDArray> placeholders, Collection<String> names) {
    Map<String, INDArray> gradients = new TreeMap<>();
    for (String name : names) {
      INDArray weight = graph.getVariable(name).getArr();
      INDArray gradient = weight.ulike().assign(0);
      for (long i = 0; i < weight.length(); i++) {
        double original = weight.getDouble(i);
        weight.putScalar(i, original + STEP);
        double above = graph.outputSingle(placeholders, loss).getDouble(0);
        weight.putScalar(i, original - STEP);
        double below = graph.outputSingle(placeholders, loss).getDouble(0);
        weight.putScalar(i, original);
        gradient.putScalar(i, (above - below) / (2 * STEP));
      }
      gradients.put(name, gradient);
    }
    return gradients;
  }
}
