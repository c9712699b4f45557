package org.owlore.graph.internals;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.impl.shape.Gather;

/**
 * {@code gather} with a right gradient along axis 0.
 *
 * <p>The stock gradient assigns where it should add (a token that occurs twice loses one
 * contribution), runs as a loop, and throws for INT64 indices. Public with a public constructor
 * because SameDiff makes it by reflection.
 */
public class RepairedGather extends Gather {

  @Override
  public List<SDVariable> doDiff(List<SDVariable> upstream) {
    if (jaxis != 0) {
      return super.doDiff(upstream);
    }
    SDVariable indices = arg(1);
    SDVariable indices32 =
        indices.dataType() == DataType.INT32 ? indices : indices.castTo(DataType.INT32);
    SDVariable gradient =
        new LockedScatterAdd(sameDiff, sameDiff.zerosLike(arg(0)), indices32, upstream.get(0))
            .outputVariable();
    return List.of(gradient, sameDiff.zerosLike(indices));
  }

  /** Scatter-add that takes turns: without the lock, repeated indices race in native code. */
  private static final class LockedScatterAdd extends DynamicCustomOp {
    LockedScatterAdd(
        org.nd4j.autodiff.samediff.SameDiff graph,
        SDVariable reference,
        SDVariable indices,
        SDVariable updates) {
      super(null, graph, new SDVariable[] {reference, indices, updates}, false);
      addBArgument(true);
    }

    @Override
    public String opName() {
      return "scatter_add";
    }

    @Override
    public List<DataType> calculateOutputDataTypes(List<DataType> inputs) {
      return List.of(inputs.get(0));
    }
  }
}
