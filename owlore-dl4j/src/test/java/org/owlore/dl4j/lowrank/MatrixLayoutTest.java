package org.owlore.dl4j.lowrank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.dl4j.network.Parameter;
import org.owlore.galore.GaLoreUpdater;

class MatrixLayoutTest {
  private static final GaLoreUpdater SETTINGS = GaLoreUpdater.builder().rank(2).build();

  private static final TrainingConfig DENSE = new DenseLayer.Builder().nIn(1).nOut(1).build();

  private static MatrixLayout layout(TrainingConfig layer, char order, long... shape) {
    return MatrixLayout.of(parameter(Nd4j.create(DataType.FLOAT, shape, order)), layer, SETTINGS);
  }

  private static Parameter parameter(INDArray values) {
    return new Parameter("layer", "W", values, 0, values.length());
  }

  @Test
  void aMatrixKeepsItsOrder() {
    assertThat(layout(DENSE, 'f', 4, 5)).isEqualTo(new MatrixLayout("W", 4, 5, 'f'));
    assertThat(layout(DENSE, 'c', 4, 5)).isEqualTo(new MatrixLayout("W", 4, 5, 'c'));
  }

  @Test
  void aKernelIsAMatrixOfItsOutputs() {
    assertThat(layout(DENSE, 'c', 4, 5, 3, 2)).isEqualTo(new MatrixLayout("W", 4, 30, 'c'));
  }

  @Test
  void aKernelWithItsOutputsLastInMemoryIsItsTranspose() {
    Convolution1DLayer line = new Convolution1DLayer.Builder(3).build();
    assertThat(layout(line, 'c', 4, 5, 3, 1)).isEqualTo(new MatrixLayout("W", 15, 4, 'c'));
    DepthwiseConvolution2D depthwise = new DepthwiseConvolution2D.Builder(3, 2).build();
    assertThat(layout(depthwise, 'c', 3, 2, 5, 4)).isEqualTo(new MatrixLayout("W", 30, 4, 'c'));
  }

  @Test
  void attentionOfAllHeadsIsOneMatrix() {
    assertThat(layout(DENSE, 'c', 2, 4, 5)).isEqualTo(new MatrixLayout("W", 8, 5, 'c'));
  }

  @Test
  void whatTheRankCoversIsOneRow() {
    assertThat(layout(DENSE, 'f', 2, 5)).isEqualTo(new MatrixLayout("W", 1, 10, 'c'));
    assertThat(layout(DENSE, 'c', 7)).isEqualTo(new MatrixLayout("W", 1, 7, 'c'));
  }

  @Test
  void aMatrixIsAViewOfTheFlatNumbers() {
    INDArray flat = Nd4j.zeros(DataType.FLOAT, 30);
    new MatrixLayout("W", 4, 5, 'f').matrix(flat, 3).putScalar(1, 2, 7);
    assertThat(flat.getDouble(3 + 2 * 4 + 1)).isEqualTo(7);
  }

  @Test
  void aMatrixWithGapsIsRefused() {
    INDArray every = Nd4j.create(DataType.FLOAT, 3, 4, 5).permute(1, 0, 2);
    assertThatThrownBy(() -> MatrixLayout.of(parameter(every), DENSE, SETTINGS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Parameter layer_W has strides [5, 20, 1], in which no matrix of shape [4, 3, 5] lies without gaps: name its layer among those that are not projected.");
  }
}
