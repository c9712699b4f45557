package org.owlore.galore;

import lombok.Value;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.Axpy;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Weight decay apart from the gradient, as the GaLore reference does it: W is first moved by its
 * update u, then shrunk by learning rate times coefficient: W <- (1 - lr c)(W - u).
 *
 * <p>ND4J's own {@code WeightDecay} shrinks the weight as it was before the update.
 */
@Value
public class DecoupledWeightDecay implements Regularization {
  private static final long serialVersionUID = 1L;

  /** Share of the weight, per unit of learning rate, that is lost in a step. */
  double coefficient;

  /**
   * Decay with a fixed coefficient.
   *
   * @param coefficient at least 0
   * @throws IllegalArgumentException if the coefficient is negative or not finite
   */
  @JsonCreator
  public DecoupledWeightDecay(@JsonProperty("coefficient") double coefficient) {
    if (!(coefficient >= 0) || Double.isInfinite(coefficient)) {
      throw new IllegalArgumentException(
          "The weight decay must be a number of at least 0, but is " + coefficient + ".");
    }
    this.coefficient = coefficient;
  }

  @Override
  public ApplyStep applyStep() {
    return ApplyStep.POST_UPDATER;
  }

  /** Turns the update u into u + lr c (W - u), in place. */
  @Override
  public void apply(INDArray param, INDArray gradView, double lr, int iteration, int epoch) {
    double decay = lr * coefficient;
    if (decay != 0) {
      gradView.muli(1 - decay);
      Nd4j.exec(new Axpy(param, gradView, gradView, decay));
    }
  }

  /** Always 0: decay that is decoupled is no part of the loss. */
  @Override
  public double score(INDArray param, int iteration, int epoch) {
    return 0;
  }

  @Override
  public DecoupledWeightDecay clone() {
    return new DecoupledWeightDecay(coefficient);
  }
}
