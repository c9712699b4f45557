package org.owlore.dl4j.freezing;

import static org.assertj.core.api.Assertions.assertThat;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.layers.feedforward.dense.DenseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.dl4j.testing.AlternatingDropout;

class DenseInputGradientTest {
  private static final int INPUTS = 5;
  private static final int OUTPUTS = 7;
  private static final LayerWorkspaceMgr NONE = LayerWorkspaceMgr.noWorkspaces();

  @ParameterizedTest
  @EnumSource(
      value = Activation.class,
      names = {"IDENTITY", "TANH", "RELU", "SIGMOID", "GELU", "ELU", "SOFTMAX", "LEAKYRELU"})
  void isWhatDl4jPassesOnUnderEveryActivation(Activation activation) {
    assertSameAsStock(layer(dense().activation(activation), DataType.FLOAT), 6, null);
  }

  @Test
  void isWhatDl4jPassesOnWithoutBias() {
    assertSameAsStock(layer(dense().hasBias(false), DataType.FLOAT), 6, null);
  }

  @Test
  void isWhatDl4jPassesOnInDoublePrecision() {
    assertSameAsStock(layer(dense(), DataType.DOUBLE), 6, null);
  }

  @Test
  void isWhatDl4jPassesOnBehindDropout() {
    assertSameAsStock(layer(dense().dropOut(new AlternatingDropout()), DataType.FLOAT), 6, null);
  }

  @Test
  void isWhatDl4jPassesOnWhateverDropoutReturns() {
    assertSameAsStock(layer(dense().dropOut(new CopyingDropout()), DataType.FLOAT), 6, null);
  }

  private static final class CopyingDropout implements IDropout {
    private static final long serialVersionUID = 1L;

    @Override
    public INDArray applyDropout(
        INDArray input, INDArray result, int iteration, int epoch, LayerWorkspaceMgr workspaces) {
      return result.assign(input.mul(2));
    }

    @Override
    public INDArray backprop(INDArray gradOut, INDArray gradIn, int iteration, int epoch) {
      return gradOut.mul(2);
    }

    @Override
    public void clear() {}

    @Override
    public CopyingDropout clone() {
      return new CopyingDropout();
    }
  }

  @Test
  void isWhatDl4jPassesOnOfMaskedRows() {
    INDArray mask = Nd4j.createFromArray(1f, 0f, 1f, 1f, 0f, 1f).reshape(6, 1);
    assertSameAsStock(layer(dense(), DataType.FLOAT), 6, mask);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 33})
  void isWhatDl4jPassesOnForEveryBatch(int batch) {
    assertSameAsStock(layer(dense(), DataType.FLOAT), batch, null);
  }

  @Test
  void computesNoGradientOfParameters() {
    DenseLayer layer = layer(dense(), DataType.FLOAT);
    forward(layer, 4, null);
    layer.getGradientsViewArray().assign(Double.NaN);
    InputGradient.of(layer, epsilon(layer, 4), NONE);
    assertThat(layer.getGradientsViewArray().isNaN().all()).isTrue();
  }

  @Test
  void liesInTheWorkspaceOfActivationGradients() {
    DenseLayer layer = layer(dense(), DataType.FLOAT);
    forward(layer, 4, null);
    INDArray epsilon = epsilon(layer, 4);
    INDArray expected = layer.backpropGradient(epsilon.dup(), NONE).getSecond();
    WorkspaceConfiguration configuration =
        WorkspaceConfiguration.builder().initialSize(1 << 16).build();
    LayerWorkspaceMgr workspaces =
        LayerWorkspaceMgr.builder()
            .with(ArrayType.ACTIVATION_GRAD, "GRADIENTS", configuration)
            .with(ArrayType.ACTIVATIONS, "ACTIVATIONS", configuration)
            .build();
    try (MemoryWorkspace gradients = workspaces.notifyScopeEntered(ArrayType.ACTIVATION_GRAD);
        MemoryWorkspace activations = workspaces.notifyScopeEntered(ArrayType.ACTIVATIONS)) {
      INDArray result = InputGradient.of(layer, epsilon.dup(), workspaces);
      assertThat(result.data().getParentWorkspace()).isSameAs(gradients);
      assertThat(result).isEqualTo(expected);
    }
  }

  @Test
  void layerNormIsLeftToTheLayer() {
    DenseLayer layer = layer(dense().hasLayerNorm(true), DataType.FLOAT);
    assertThat(DenseInputGradient.serves(layer)).isFalse();
    assertSameAsStock(layer, 6, null);
  }

  @Test
  void weightNoiseIsLeftToTheLayer() {
    assertThat(
            DenseInputGradient.serves(
                layer(dense().weightNoise(new DropConnect(0.5)), DataType.FLOAT)))
        .isFalse();
  }

  @Test
  void everythingElseIsServed() {
    assertThat(DenseInputGradient.serves(layer(dense(), DataType.FLOAT))).isTrue();
  }

  private static void assertSameAsStock(DenseLayer layer, int batch, INDArray mask) {
    forward(layer, batch, mask);
    INDArray epsilon = epsilon(layer, batch);
    INDArray expected = layer.backpropGradient(epsilon.dup(), NONE).getSecond();
    INDArray actual = InputGradient.of(layer, epsilon.dup(), NONE);
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(bits(actual)).isEqualTo(bits(expected));
  }

  private static double[] bits(INDArray array) {
    return array.dup('c').data().asDouble();
  }

  private static org.deeplearning4j.nn.conf.layers.DenseLayer.Builder dense() {
    return new org.deeplearning4j.nn.conf.layers.DenseLayer.Builder()
        .nIn(INPUTS)
        .nOut(OUTPUTS)
        .activation(Activation.TANH);
  }

  private static DenseLayer layer(
      org.deeplearning4j.nn.conf.layers.DenseLayer.Builder dense, DataType type) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .dataType(type)
                .biasInit(0.3)
                .list(dense.build(), new OutputLayer.Builder().nIn(OUTPUTS).nOut(2).build())
                .build());
    network.init();
    network.initGradientsView();
    return (DenseLayer) network.getLayer(0);
  }

  private static void forward(DenseLayer layer, int batch, INDArray mask) {
    layer.setInput(Nd4j.randn(layer.params().dataType(), batch, INPUTS), NONE);
    layer.setMaskArray(mask);
    layer.activate(true, NONE);
  }

  private static INDArray epsilon(DenseLayer layer, int batch) {
    return Nd4j.randn(layer.params().dataType(), batch, OUTPUTS);
  }
}
