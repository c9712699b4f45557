package org.owlore.graph.internals;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.DivOp;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.bp.MulBpOp;

/**
 * {@code divide} with a right gradient in the divisor.
 *
 * <p>The stock gradient is wrong where a divisor of one entry divides several: a learned
 * temperature, or the root mean square of a single token. The gradient of the product with the
 * reciprocal is right. Public with a public constructor because SameDiff makes it by reflection.
 */
public class RepairedDivide extends DivOp {

  @Override
  public List<SDVariable> doDiff(List<SDVariable> upstream) {
    SDVariable reciprocal = rarg().rdiv(1.0);
    SDVariable[] ofProduct =
        new MulBpOp(sameDiff, larg(), reciprocal, upstream.get(0)).outputVariables();
    SDVariable ofDivisor = ofProduct[1].mul(reciprocal).mul(reciprocal).neg();
    return List.of(ofProduct[0], ofDivisor);
  }
}
