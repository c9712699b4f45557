package org.owlore.dl4j.testing;

import lombok.EqualsAndHashCode;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Drops every third entry and doubles the others. (DL4J's own dropout cannot be compared: it draws
 * other masks after the same seed.)
 */
@EqualsAndHashCode
public final class AlternatingDropout implements IDropout {
  private static final long serialVersionUID = 1L;

  @Override
  public INDArray applyDropout(
      INDArray input, INDArray result, int iteration, int epoch, LayerWorkspaceMgr workspaces) {
    return scale(result.assign(input));
  }

  @Override
  public INDArray backprop(INDArray gradOut, INDArray gradIn, int iteration, int epoch) {
    return scale(gradIn.assign(gradOut));
  }

  private static INDArray scale(INDArray array) {
    for (long i = 0; i < array.length(); i++) {
      array.putScalar(i, i % 3 == 0 ? 0 : 2 * array.getDouble(i));
    }
    return array;
  }

  @Override
  public void clear() {}

  @Override
  public AlternatingDropout clone() {
    return new AlternatingDropout();
  }
}
