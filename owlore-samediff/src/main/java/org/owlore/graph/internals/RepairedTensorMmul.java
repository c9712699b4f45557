package org.owlore.graph.internals;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ops.impl.reduce.TensorMmul;

/**
 * {@code tensordot} of an activation's last axis and one axis of a matrix, with a right gradient;
 * the stock one fails for activations of rank 3. Public with a public constructor because SameDiff
 * makes it by reflection.
 */
public class RepairedTensorMmul extends TensorMmul {

  @Override
  public List<SDVariable> doDiff(List<SDVariable> upstream) {
    boolean transposed = iArguments.get(iArguments.size() - 1) == 1;
    SDVariable matrix = arg(1);
    long[] shape = matrix.getShape();
    SDVariable input = rows(arg(0), shape[transposed ? 1 : 0]);
    SDVariable gradient = rows(upstream.get(0), shape[transposed ? 0 : 1]);
    SDVariable ofInput = sameDiff.mmul(gradient, matrix, false, !transposed, false);
    SDVariable ofMatrix =
        transposed
            ? sameDiff.mmul(gradient, input, true, false, false)
            : sameDiff.mmul(input, gradient, true, false, false);
    return List.of(sameDiff.reshape(ofInput, sameDiff.shape(arg(0))), ofMatrix);
  }

  private SDVariable rows(SDVariable activation, long columns) {
    return activation.reshape(-1, columns);
  }
}
