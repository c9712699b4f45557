package org.owlore.graph.internals;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ops.impl.shape.SplitV;

/**
 * {@code split_v} with a gradient, the parts' gradients side by side; the stock operation has none.
 * Public with a public constructor because SameDiff makes it by reflection.
 */
public class RepairedSplitV extends SplitV {

  @Override
  public List<SDVariable> doDiff(List<SDVariable> upstream) {
    int axis = iArguments.get(0).intValue();
    SDVariable joined = sameDiff.concat(axis, upstream.toArray(SDVariable[]::new));
    return List.of(joined, sameDiff.zerosLike(arg(1)));
  }
}
