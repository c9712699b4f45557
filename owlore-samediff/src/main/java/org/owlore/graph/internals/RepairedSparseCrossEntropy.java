package org.owlore.graph.internals;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.impl.loss.bp.SparseSoftmaxCrossEntropyLossWithLogitsBp;

/**
 * {@code sparse_softmax_cross_entropy_loss_with_logits} with a right gradient.
 *
 * <p>The stock gradient ignores what comes from above, so that the mean over N tokens has gradients
 * N times too large, and masked tokens count. Public with a public constructor because SameDiff
 * makes it by reflection.
 */
public class RepairedSparseCrossEntropy extends DynamicCustomOp {

  /** For SameDiff, which fills in arguments and inputs afterwards. */
  public RepairedSparseCrossEntropy() {}

  /**
   * A node of a graph.
   *
   * @param logits {@code [tokens, classes]}
   * @param labels integer {@code [tokens]}
   */
  public RepairedSparseCrossEntropy(SameDiff graph, SDVariable logits, SDVariable labels) {
    super(null, graph, new SDVariable[] {labels, logits}, false);
  }

  @Override
  public String opName() {
    return "sparse_softmax_cross_entropy_loss_with_logits";
  }

  @Override
  public List<DataType> calculateOutputDataTypes(List<DataType> inputs) {
    return List.of(inputs.get(1));
  }

  @Override
  public List<SDVariable> doDiff(List<SDVariable> upstream) {
    SDVariable labels = arg(0);
    SDVariable logits = arg(1);
    SDVariable unscaled =
        new SparseSoftmaxCrossEntropyLossWithLogitsBp(sameDiff, logits, labels).outputVariable();
    SDVariable perRow = sameDiff.expandDims(upstream.get(0), -1);
    return List.of(sameDiff.zerosLike(labels), unscaled.mul(perRow));
  }
}
