package org.owlore.graph.internals;

import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.impl.transforms.custom.LogSoftMax;

/**
 * {@code log_softmax} with the gradient along its own axis, {@code dY - softmax(x) sum(dY)}; the
 * stock one fails where an axis is given. Public with a public constructor because SameDiff makes
 * it by reflection.
 */
public class RepairedLogSoftMax extends LogSoftMax {
  private static final long LAST = -1;

  /** Copies lose the fields of the stock class; everything stands in the arguments. */
  @Override
  public void setPropertiesForFunction(Map<String, Object> properties) {}

  @Override
  public List<SDVariable> doDiff(List<SDVariable> upstream) {
    SDVariable gradient = upstream.get(0);
    long axis = iArguments.isEmpty() ? LAST : iArguments.get(0);
    SDVariable probabilities = sameDiff.math().exp(outputVariable());
    SDVariable sums = new KeptSum(sameDiff, gradient, axis).outputVariable();
    return List.of(gradient.sub(probabilities.mul(sums)));
  }

  /** The sum that keeps its axis, as the custom operation, which knows negative axes. */
  private static final class KeptSum extends DynamicCustomOp {
    KeptSum(SameDiff graph, SDVariable summed, long axis) {
      super(null, graph, new SDVariable[] {summed}, false);
      addBArgument(true);
      addIArgument(axis);
    }

    @Override
    public String opName() {
      return "reduce_sum";
    }

    @Override
    public List<DataType> calculateOutputDataTypes(List<DataType> inputs) {
      return List.of(inputs.get(0));
    }
  }
}
