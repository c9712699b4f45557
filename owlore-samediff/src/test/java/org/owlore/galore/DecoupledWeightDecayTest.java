package org.owlore.galore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.regularization.Regularization.ApplyStep;

class DecoupledWeightDecayTest {

  @Test
  void theWeightIsFirstUpdatedAndThenShrunk() {
    INDArray weight = Nd4j.createFromArray(new double[][] {{1, -2, 3}, {4, 5, -6}});
    INDArray update = Nd4j.createFromArray(new double[][] {{0.5, 0.25, 0}, {-1, 2, 1}});
    INDArray wanted = weight.sub(update).mul(1 - 0.01 * 0.1);

    new DecoupledWeightDecay(0.1).apply(weight, update, 0.01, 7, 3);

    assertThat(weight.sub(update).distance2(wanted)).isCloseTo(0, offset(1e-15));
  }

  @Test
  void anyLayoutWillDo() {
    INDArray weight =
        Nd4j.rand(DataType.DOUBLE, 8, 6).get(NDArrayIndex.interval(1, 5), NDArrayIndex.all());
    INDArray values = Nd4j.rand(DataType.DOUBLE, 4, 6);
    INDArray wanted = weight.sub(values).mul(0.9);
    INDArray update =
        Nd4j.create(DataType.DOUBLE, 9, 9)
            .get(NDArrayIndex.interval(3, 9), NDArrayIndex.interval(2, 6))
            .transpose();
    update.assign(values);

    new DecoupledWeightDecay(0.5).apply(weight, update, 0.2, 0, 0);

    assertThat(weight.sub(update).distance2(wanted)).isCloseTo(0, offset(1e-14));
  }

  @Test
  void withoutDecayTheUpdateStaysBitForBit() {
    INDArray update = Nd4j.rand(DataType.FLOAT, 3, 3);
    INDArray before = update.dup();
    new DecoupledWeightDecay(0).apply(Nd4j.ones(3, 3), update, 0.1, 0, 0);
    assertThat(update).isEqualTo(before);
  }

  @Test
  void itActsAfterTheUpdaterAndAddsNothingToTheLoss() {
    DecoupledWeightDecay decay = new DecoupledWeightDecay(0.3);
    assertThat(decay.applyStep()).isEqualTo(ApplyStep.POST_UPDATER);
    assertThat(decay.score(Nd4j.ones(5), 0, 0)).isZero();
    assertThat(decay.clone()).isEqualTo(decay).isNotSameAs(decay);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, Double.NaN, Double.POSITIVE_INFINITY})
  void aBadCoefficientIsRefused(double coefficient) {
    assertThatThrownBy(() -> new DecoupledWeightDecay(coefficient))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The weight decay must be a number of at least 0, but is " + coefficient + ".");
  }
}
