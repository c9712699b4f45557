package org.owlore.graph.internals;

import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ops.impl.transforms.custom.SoftMax;
import org.nd4j.linalg.api.ops.impl.transforms.gradient.SoftmaxBp;

/**
 * {@code softmax} with the gradient along its own axis; the stock one takes axis 1 where none is
 * given, as after an import, though the operation itself takes the last. Public with a public
 * constructor because SameDiff makes it by reflection.
 */
public class RepairedSoftMax extends SoftMax {
  private static final int LAST = -1;

  /** Copies lose the fields of the stock class; everything stands in the arguments. */
  @Override
  public void setPropertiesForFunction(Map<String, Object> properties) {}

  @Override
  public List<SDVariable> doDiff(List<SDVariable> upstream) {
    int axis = iArguments.isEmpty() ? LAST : Math.toIntExact(iArguments.get(0));
    return List.of(new SoftmaxBp(sameDiff, arg(), upstream.get(0), axis).outputVariables());
  }
}
