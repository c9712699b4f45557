package org.owlore.galore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class SubspaceTest {

  @Test
  void aSubspaceHasABasis() {
    assertThatThrownBy(() -> new Subspace(null, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("left basis, a right basis or both");
  }

  @Test
  void bothBasesHaveOneRank() {
    assertThatThrownBy(() -> new Subspace(Nd4j.eye(3), Nd4j.eye(4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the left has 3 columns and the right 4");
  }

  @Test
  void itKnowsItsSides() {
    INDArray basis = Nd4j.eye(3);
    assertThat(new Subspace(basis, null).side()).isEqualTo(Side.LEFT);
    assertThat(new Subspace(null, basis).side()).isEqualTo(Side.RIGHT);
    assertThat(new Subspace(basis, basis).side()).isEqualTo(Side.BOTH);
  }

  @Test
  void theOverlapOfASubspaceWithItselfIsOneWhateverItsBasis() {
    INDArray eye = Nd4j.eye(6).castTo(DataType.DOUBLE);
    INDArray plane = eye.get(NDArrayIndex.all(), NDArrayIndex.interval(0, 2)).dup();
    INDArray turned = plane.mmul(Nd4j.createFromArray(new double[][] {{0.6, -0.8}, {0.8, 0.6}}));
    INDArray crossing = eye.get(NDArrayIndex.all(), NDArrayIndex.interval(1, 3)).dup();
    INDArray apart = eye.get(NDArrayIndex.all(), NDArrayIndex.interval(2, 4)).dup();
    Subspace subspace = new Subspace(plane, null);
    assertThat(subspace.overlap(new Subspace(turned, null))).isCloseTo(1, offset(1e-12));
    assertThat(subspace.overlap(new Subspace(crossing, null))).isCloseTo(0.5, offset(1e-12));
    assertThat(subspace.overlap(new Subspace(apart, null))).isCloseTo(0, offset(1e-12));
    assertThat(new Subspace(plane, plane).overlap(new Subspace(turned, crossing)))
        .isCloseTo(0.5, offset(1e-12));
  }

  @Test
  void directionsAreFlippedTowardsTheOnesTheySucceed() {
    INDArray former = Nd4j.eye(3).castTo(DataType.DOUBLE);
    INDArray next = Nd4j.createFromArray(new double[][] {{-1, 0.1, 0}, {0.1, 1, 0}, {0, 0, -1}});
    new Subspace(next, null).alignedWith(new Subspace(former, null));
    assertThat(next)
        .isEqualTo(Nd4j.createFromArray(new double[][] {{1, 0.1, 0}, {-0.1, 1, 0}, {0, 0, 1}}));
  }
}
