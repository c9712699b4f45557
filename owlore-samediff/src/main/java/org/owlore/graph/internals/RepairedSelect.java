package org.owlore.graph.internals;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ops.impl.controlflow.Select;

/**
 * {@code select(condition, x, y)} with a gradient; the stock operation has none. All three inputs
 * have one shape. Public with a public constructor because SameDiff makes it by reflection.
 */
public class RepairedSelect extends Select {

  @Override
  public List<SDVariable> doDiff(List<SDVariable> upstream) {
    return ChoiceGradient.of(this, upstream.get(0));
  }
}
