package org.owlore.graph.internals;

import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.impl.reduce.custom.LogSumExp;

/**
 * {@code reduce_logsumexp} with a right gradient, {@code dY exp(x - y)}; the stock one fails where
 * axes are given. Public with a public constructor because SameDiff makes it by reflection.
 */
public class RepairedLogSumExp extends LogSumExp {

  /** The same node of the graph with other axes, counted from the front. */
  public static DifferentialFunction over(DifferentialFunction original, int... axes) {
    RepairedLogSumExp repaired = new RepairedLogSumExp();
    repaired.setSameDiff(original.getSameDiff());
    repaired.setOwnName(original.getOwnName());
    repaired.addIArgument(axes);
    repaired.addTArgument(((CustomOp) original).tArgs());
    return repaired;
  }

  /** Copies lose the fields of the stock class; everything stands in the arguments. */
  @Override
  public void setPropertiesForFunction(Map<String, Object> properties) {}

  @Override
  public List<SDVariable> doDiff(List<SDVariable> upstream) {
    int[] axes = iArguments.stream().mapToInt(Math::toIntExact).toArray();
    SDVariable kept = new LogSumExp(sameDiff, arg(), true, axes).outputVariable();
    SDVariable gradient = sameDiff.reshape(upstream.get(0), sameDiff.shape(kept));
    return List.of(sameDiff.math().exp(arg().sub(kept)).mul(gradient));
  }
}
