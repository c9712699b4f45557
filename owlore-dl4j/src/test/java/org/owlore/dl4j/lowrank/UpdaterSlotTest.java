package org.owlore.dl4j.lowrank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;
import org.owlore.dl4j.GaLore;
import org.owlore.galore.GaLoreUpdater;

class UpdaterSlotTest {
  private final Adam updater = new Adam(0.5);

  @Test
  void aLayerHasOneUpdaterForAll() {
    DenseLayer layer = new DenseLayer.Builder().nIn(2).nOut(2).biasUpdater(new Sgd(1)).build();
    UpdaterSlot.of("layer", layer).set(updater);
    assertThat(layer.getIUpdater()).isSameAs(updater);
    assertThat(layer.getBiasUpdater()).isNull();
  }

  @Test
  void biasesKeepTheUpdaterNoOp() {
    DenseLayer layer = new DenseLayer.Builder().nIn(2).nOut(2).biasUpdater(new NoOp()).build();
    UpdaterSlot.of("layer", layer).set(updater);
    assertThat(layer.getBiasUpdater()).isEqualTo(new NoOp());
  }

  @Test
  void bothDirectionsOfAWrappedLayerAreSet() {
    Bidirectional layer =
        new Bidirectional(new LastTimeStep(new LSTM.Builder().nIn(2).nOut(2).build()));
    UpdaterSlot.of("layer", layer).set(updater);
    for (Object direction : new Object[] {layer.getFwd(), layer.getBwd()}) {
      LSTM lstm = (LSTM) ((LastTimeStep) direction).getUnderlying();
      assertThat(lstm.getIUpdater()).isSameAs(updater);
    }
  }

  @Test
  void layersAndVerticesOfSameDiffAreSet() {
    SelfAttentionLayer layer =
        new SelfAttentionLayer.Builder().nIn(2).nOut(2).projectInput(true).nHeads(1).build();
    UpdaterSlot.of("layer", layer).set(updater);
    assertThat(layer.getUpdater()).isSameAs(updater);
    AttentionVertex vertex =
        new AttentionVertex.Builder()
            .nInKeys(2)
            .nInQueries(2)
            .nInValues(2)
            .nOut(2)
            .nHeads(1)
            .projectInput(true)
            .build();
    UpdaterSlot.of("vertex", vertex).set(updater);
    assertThat(vertex.getUpdater()).isSameAs(updater);
  }

  @Test
  void anotherConfigurationIsRefused() {
    assertThatThrownBy(() -> UpdaterSlot.of("mine", new ActivationLayer.Builder().build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Layer \"mine\" is a org.deeplearning4j.nn.conf.layers.ActivationLayer, whose updater cannot be set: derive it from BaseLayer, SameDiffLayer or SameDiffVertex.");
  }

  @Test
  void weightsWithNoOpKeepItWhereBiasesHaveAnUpdaterOfTheirOwn() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list(
                    new DenseLayer.Builder()
                        .nIn(5)
                        .nOut(4)
                        .updater(new NoOp())
                        .biasUpdater(new Sgd(0.1))
                        .build(),
                    new OutputLayer.Builder().nIn(4).nOut(3).build())
                .build());
    network.init();
    GaLore.bind(network, GaLoreUpdater.builder().rank(2).build());
    network.fit(Nd4j.rand(4, 5), Nd4j.eye(3).get(NDArrayIndex.indices(0, 1, 2, 0)));
    assertThat(network.getLayer(0).getConfig().getUpdaterByParam("W")).isInstanceOf(NoOp.class);
    assertThat(network.getLayer(0).getConfig().getUpdaterByParam("b"))
        .isInstanceOf(LayerGaLore.class);
  }
}
