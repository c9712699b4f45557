package org.owlore.dl4j.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Sgd;
import org.owlore.dl4j.network.Block;
import org.owlore.dl4j.network.Network;
import org.owlore.dl4j.network.NetworkLayer;
import org.owlore.dl4j.testing.SampleNetworks;

class GroupingTest {
  private final Network transformer = Network.of(SampleNetworks.of("transformer", new Sgd(0.1)));

  @Test
  void withoutRulesEachLayerWithAMatrixIsABlock() {
    assertThat(blocks(Grouping.builder().build().of(transformer)))
        .containsExactly(
            "block0-attention",
            "block0-up",
            "block0-down",
            "block1-attention",
            "block1-up",
            "block1-down");
  }

  @Test
  void withoutRulesEmbeddingsAndOutputsAlwaysTrain() {
    assertThat(names(Grouping.builder().build().of(transformer).alwaysTrained()))
        .containsExactly("embedding", "output");
  }

  @Test
  void withoutRulesEveryLayerTrainsSometimes() {
    assertThat(Grouping.builder().build().of(transformer).neverTrained()).isEmpty();
  }

  @Test
  void blocksAreNumberedInTheirOrder() {
    assertThat(Grouping.builder().build().of(transformer).blocks())
        .extracting(Block::index)
        .containsExactly(0, 1, 2, 3, 4, 5);
  }

  @Test
  void aLayerWithoutAMatrixJoinsTheLayerThatItReadsFrom() {
    assertThat(blocks(Grouping.builder().build().of(sloped())))
        .containsExactly(
            "left+slopeOfLeft", "right+slopeOfRight", "top+slopeOfTop+secondSlopeOfTop");
  }

  @Test
  void theSlopesOfWhatAlwaysTrainsAlwaysTrain() {
    BlockMap map = Grouping.builder().alwaysTrain(Set.of("left", "out")).build().of(sloped());
    assertThat(names(map.alwaysTrained()))
        .containsExactlyInAnyOrder("left", "slopeOfInput", "slopeOfLeft", "out");
  }

  @Test
  void theSlopesOfTheInputAlwaysTrain() {
    assertThat(names(Grouping.builder().build().of(sloped()).alwaysTrained()))
        .containsExactlyInAnyOrder("slopeOfInput", "out");
  }

  @Test
  void theSlopesOfABranchesSumJoinTheLastBranch() {
    assertThat(blocks(Grouping.builder().build().of(summed())))
        .containsExactly("left", "right+slopeOfSum");
  }

  @Test
  void layersToTrainAlwaysAddToTheDefault() {
    BlockMap map = Grouping.builder().alwaysTrain(Set.of("block0-up")).build().of(transformer);
    assertThat(names(map.alwaysTrained())).containsExactly("embedding", "block0-up", "output");
  }

  @Test
  void layersThatNeverTrainAreInNoBlock() {
    BlockMap map =
        Grouping.builder().neverTrain("embedding").neverTrain("block1-up").build().of(transformer);
    assertThat(names(map.neverTrained())).containsExactly("embedding", "block1-up");
    assertThat(blocks(map)).doesNotContain("block1-up");
  }

  @Test
  void givenBlocksAreTakenInTheirOrder() {
    BlockMap map =
        Grouping.builder()
            .block(List.of("block1-down", "block1-up"))
            .block(List.of("block0-up"))
            .build()
            .of(transformer);
    assertThat(blocks(map)).containsExactly("block1-down+block1-up", "block0-up");
  }

  @Test
  void besidesGivenBlocksEverythingAlwaysTrains() {
    BlockMap map =
        Grouping.builder()
            .block(List.of("block0-up"))
            .neverTrain("embedding")
            .build()
            .of(transformer);
    assertThat(names(map.alwaysTrained()))
        .containsExactly(
            "block0-attention",
            "block0-down",
            "block1-attention",
            "block1-up",
            "block1-down",
            "output");
  }

  @Test
  void aPatternCollectsTheLayersWithTheSameGroup() {
    assertThat(blocks(pattern("block(\\d+)").build().of(transformer)))
        .containsExactly(
            "block0-attention+block0-up+block0-down", "block1-attention+block1-up+block1-down");
  }

  @Test
  void blocksOfAPatternAreInTheOrderOfTheNetwork() {
    assertThat(blocks(pattern("-(.*)$").build().of(transformer)))
        .containsExactly(
            "block0-attention+block1-attention", "block0-up+block1-up", "block0-down+block1-down");
  }

  @Test
  void whatAPatternDoesNotMatchAlwaysTrains() {
    assertThat(names(pattern("block(\\d+)").build().of(transformer).alwaysTrained()))
        .containsExactly("embedding", "output");
  }

  @Test
  void aPatternMayMatchTheOutput() {
    assertThat(blocks(pattern("^(out|block0)").build().of(transformer)))
        .containsExactly("block0-attention+block0-up+block0-down", "output");
  }

  @Test
  void whereTheGroupIsAbsentNothingMatches() {
    assertThat(blocks(pattern("block0|block(1)").build().of(transformer)))
        .containsExactly("block1-attention+block1-up+block1-down");
  }

  @Test
  void whatAlwaysOrNeverTrainsIsNotMatched() {
    BlockMap map =
        pattern("block(\\d+)")
            .alwaysTrain(Set.of("block0-up"))
            .neverTrain("block1-up")
            .build()
            .of(transformer);
    assertThat(blocks(map))
        .containsExactly("block0-attention+block0-down", "block1-attention+block1-down");
  }

  @Test
  void namesAreNotRegularExpressions() {
    Network odd = layered("a.b(c", "[0-9]+", "$out^");
    BlockMap map = Grouping.builder().block(List.of("[0-9]+")).neverTrain("a.b(c").build().of(odd);
    assertThat(blocks(map)).containsExactly("[0-9]+");
    assertThat(names(map.neverTrained())).containsExactly("a.b(c");
    assertThat(names(map.alwaysTrained())).containsExactly("$out^");
  }

  @Test
  void layersOfTheSameNameAreCalledByNumber() {
    assertThat(blocks(Grouping.builder().build().of(layered("twin", "twin", "out"))))
        .containsExactly("0", "1");
  }

  @Test
  void aNameThatTwoLayersShareIsUnknown() {
    assertThatThrownBy(
            () -> Grouping.builder().neverTrain("twin").build().of(layered("twin", "twin", "out")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The network has no layer \"twin\" with parameters: it has [0, 1, out].");
  }

  @Test
  void aPatternWithoutAGroupIsRefused() {
    assertThatThrownBy(() -> pattern("block\\d+").build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The block pattern \"block\\d+\" has no group: put the part");
  }

  @Test
  void aPatternThatMatchesNothingIsRefused() {
    assertThatThrownBy(() -> pattern("layer(\\d+)").neverTrain("output").build().of(transformer))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "The block pattern \"layer(\\d+)\" matches none of the layers [embedding, block0-attention,");
  }

  @Test
  void blocksAndAPatternAreRefused() {
    assertThatThrownBy(() -> pattern("(a)").block(List.of("output")).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Give blocks or a block pattern, not both.");
  }

  @Test
  void aLayerInTwoBlocksIsRefused() {
    assertTwice(Grouping.builder().block(List.of("output")).block(List.of("output", "embedding")));
  }

  @Test
  void aLayerTwiceInABlockIsRefused() {
    assertTwice(Grouping.builder().block(List.of("output", "output")));
  }

  @Test
  void aLayerThatAlwaysAndNeverTrainsIsRefused() {
    assertTwice(Grouping.builder().alwaysTrain(Set.of("output")).neverTrain("output"));
  }

  @Test
  void aLayerInABlockThatNeverTrainsIsRefused() {
    assertTwice(Grouping.builder().block(List.of("output")).neverTrain("output"));
  }

  private static void assertTwice(Grouping.GroupingBuilder grouping) {
    assertThatThrownBy(grouping::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Layer \"output\" is named twice: it can be in one block only, or always train, or never.");
  }

  @Test
  void aVertexWithoutParametersIsUnknown() {
    assertThatThrownBy(
            () -> Grouping.builder().block(List.of("block0-added")).build().of(transformer))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "The network has no layer \"block0-added\" with parameters: it has [embedding,");
  }

  @Test
  void aBlockOfANormAloneIsRefused() {
    assertThatThrownBy(() -> Grouping.builder().block(List.of("slopeOfLeft")).build().of(sloped()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Block 0 ([slopeOfLeft]) has no weight matrix");
  }

  @Test
  void anEmptyBlockIsRefused() {
    assertThatThrownBy(() -> Grouping.builder().block(List.of()).build().of(transformer))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Block 0 ([]) has no weight matrix");
  }

  @Test
  void aNetworkInWhichNothingIsLeftToSampleIsRefused() {
    assertThatThrownBy(
            () ->
                Grouping.builder()
                    .neverTrain("first")
                    .alwaysTrain(Set.of("second"))
                    .build()
                    .of(layered("first", "second")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "There is no block to sample: every layer always trains ([second]) or never ([first]).");
  }

  private static Grouping.GroupingBuilder pattern(String pattern) {
    return Grouping.builder().pattern(Pattern.compile(pattern));
  }

  private static List<String> blocks(BlockMap map) {
    return map.blocks().stream().map(Block::name).toList();
  }

  private static List<String> names(List<NetworkLayer> layers) {
    return layers.stream().map(NetworkLayer::name).toList();
  }

  /** Dense layers with these names, the last one as output. */
  private static Network layered(String... names) {
    NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder().list();
    for (int i = 0; i < names.length - 1; i++) {
      list.layer(new DenseLayer.Builder().name(names[i]).nIn(3).nOut(3).build());
    }
    String last = names[names.length - 1];
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            list.layer(new OutputLayer.Builder().name(last).nIn(3).nOut(2).build()).build());
    network.init();
    return Network.of(network);
  }

  /** Slopes of the input, of two branches, and two behind the layer that merges them. */
  private static Network sloped() {
    return graph(
        new NeuralNetConfiguration.Builder()
            .graphBuilder()
            .addInputs("in")
            .setInputTypes(InputType.feedForward(4))
            .addLayer("slopeOfInput", slopes(4), "in")
            .addLayer("left", dense(), "slopeOfInput")
            .addLayer("right", dense(), "slopeOfInput")
            .addLayer("slopeOfRight", slopes(5), "right")
            .addLayer("slopeOfLeft", slopes(5), "left")
            .addVertex("merged", new MergeVertex(), "slopeOfLeft", "slopeOfRight")
            .addLayer("top", dense(), "merged")
            .addLayer("slopeOfTop", slopes(5), "top")
            .addLayer("secondSlopeOfTop", slopes(5), "slopeOfTop")
            .addLayer("out", new OutputLayer.Builder().nOut(2).build(), "secondSlopeOfTop"));
  }

  private static Network summed() {
    return graph(
        new NeuralNetConfiguration.Builder()
            .graphBuilder()
            .addInputs("in")
            .setInputTypes(InputType.feedForward(4))
            .addLayer("left", dense(), "in")
            .addLayer("right", dense(), "in")
            .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "left", "right")
            .addLayer("slopeOfSum", slopes(5), "sum")
            .addLayer("out", new OutputLayer.Builder().nOut(2).build(), "slopeOfSum"));
  }

  /** Parameters that are no matrix. */
  private static PReLULayer slopes(long inputs) {
    return new PReLULayer.Builder().inputShape(inputs).build();
  }

  private static DenseLayer dense() {
    return new DenseLayer.Builder().nOut(5).build();
  }

  private static Network graph(GraphBuilder builder) {
    ComputationGraph graph = new ComputationGraph(builder.setOutputs("out").build());
    graph.init();
    return Network.of(graph);
  }
}
