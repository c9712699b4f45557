package org.owlore.dl4j.blocks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.owlore.dl4j.network.Block;
import org.owlore.dl4j.network.Network;
import org.owlore.dl4j.network.NetworkLayer;

/** Layers that no block takes unless it names them. */
class WhatAlwaysTrainsTest {
  @Test
  void batchNormalisationAlwaysTrainsAlsoWhereThePatternFindsIt() {
    BlockMap one = Grouping.builder().build().of(normalized());
    BlockMap matched =
        Grouping.builder().pattern(Pattern.compile("block(\\d+)")).build().of(normalized());
    assertThat(List.of(one, matched))
        .allSatisfy(
            map -> {
              assertThat(blocks(map)).containsExactly("block0", "block1");
              assertThat(names(map.alwaysTrained())).containsExactly("block0-norm", "out");
            });
  }

  @Test
  void batchNormalisationRestsWhereItIsNamed() {
    assertThat(
            blocks(
                Grouping.builder()
                    .block(List.of("block0", "block0-norm"))
                    .build()
                    .of(normalized())))
        .containsExactly("block0+block0-norm");
    assertThat(
            names(
                Grouping.builder()
                    .neverTrain("block0-norm")
                    .build()
                    .of(normalized())
                    .neverTrained()))
        .containsExactly("block0-norm");
  }

  @Test
  void whatALossLayerReadsFromIsAHead() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list(
                    new DenseLayer.Builder().nIn(4).nOut(3).build(),
                    new DenseLayer.Builder().nIn(3).nOut(2).build(),
                    new LossLayer.Builder().build())
                .build());
    network.init();
    BlockMap map = Grouping.builder().build().of(Network.of(network));
    assertThat(names(map.alwaysTrained())).containsExactly("layer1");
  }

  private static Network normalized() {
    return graph(
        new NeuralNetConfiguration.Builder()
            .graphBuilder()
            .addInputs("in")
            .setInputTypes(InputType.feedForward(4))
            .addLayer("block0", dense(), "in")
            .addLayer("block0-norm", new BatchNormalization(), "block0")
            .addLayer("block1", dense(), "block0-norm")
            .addLayer("out", new OutputLayer.Builder().nOut(2).build(), "block1"));
  }

  private static List<String> blocks(BlockMap map) {
    return map.blocks().stream().map(Block::name).toList();
  }

  private static List<String> names(List<NetworkLayer> layers) {
    return layers.stream().map(NetworkLayer::name).toList();
  }

  private static Network graph(GraphBuilder builder) {
    ComputationGraph graph = new ComputationGraph(builder.setOutputs("out").build());
    graph.init();
    return Network.of(graph);
  }

  private static DenseLayer dense() {
    return new DenseLayer.Builder().nOut(5).build();
  }
}
