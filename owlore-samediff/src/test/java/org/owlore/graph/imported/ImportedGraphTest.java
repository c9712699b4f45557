package org.owlore.graph.imported;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.finetune.Batch;
import org.owlore.finetune.Evaluator;
import org.owlore.graph.GradientCheck;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.Orientation;
import org.owlore.testing.TinyLlama;

/** Graphs as importers leave them: constants only, under names of their own. */
class ImportedGraphTest {
  private static final int VOCABULARY = TinyLlama.VOCABULARY;
  private static final int HIDDEN = 6;
  private static final int LAYERS = 2;
  private static final int POSITIONS = 12;

  private final SameDiff graph = SameDiff.create();

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"INT", "LONG"})
  void aFrozenGraphBecomesALanguageModelWithRightGradients(DataType type) {
    SDVariable ids = graph.placeHolder("tokens", type, -1, -1);
    logits(ids, "scores");

    LanguageModel model = ImportedGraph.adopt(graph, GraphNames.NONE).model();

    assertThat(model.logits()).isEqualTo("scores");
    assertThat(model.vocabularySize()).isEqualTo(VOCABULARY);
    assertThat(model.layers().size()).isEqualTo(LAYERS);
    assertThat(model.layers().layers().get(0).linears())
        .singleElement()
        .satisfies(linear -> assertThat(linear.orientation()).isEqualTo(Orientation.IN_OUT));
    assertThat(model.graph().inputs())
        .containsExactlyInAnyOrder(LanguageModel.INPUT_IDS, LanguageModel.LABELS);
    assertGradientsAreRight(model);
  }

  @Test
  void weightsBecomeVariablesAndNumbersStayConstants() {
    SDVariable ids = graph.placeHolder("tokens", DataType.INT32, -1, -1);
    logits(ids, "scores");

    ImportedGraph.adopt(graph, GraphNames.NONE);

    assertThat(type("embedding")).isEqualTo(VariableType.VARIABLE);
    assertThat(type("positions")).isEqualTo(VariableType.VARIABLE);
    assertThat(type("layer.0.kernel")).isEqualTo(VariableType.VARIABLE);
    assertThat(type("layer.0.bias")).isEqualTo(VariableType.VARIABLE);
    assertThat(type("layer.1.gamma")).isEqualTo(VariableType.VARIABLE);
    assertThat(type("half")).isEqualTo(VariableType.CONSTANT);
    assertThat(type("barrier")).isEqualTo(VariableType.CONSTANT);
    assertThat(type("angles")).isEqualTo(VariableType.CONSTANT);
  }

  @Test
  void theTableOfPositionsLimitsTheLength() {
    logits(graph.placeHolder("tokens", DataType.INT32, -1, -1), "scores");

    LanguageModel model = ImportedGraph.adopt(graph, GraphNames.NONE).model();

    assertThat(model.input().maximumLength()).isEqualTo(POSITIONS);
    assertThat(model.input().fixedLength()).isFalse();
    assertThat(model.input().separatesDocuments()).isFalse();
  }

  @Test
  void aStaticPlaceholderFixesTheShapeOfABatch() {
    logits(graph.placeHolder("tokens", DataType.INT32, 2, 5), "scores");

    LanguageModel model = ImportedGraph.adopt(graph, GraphNames.NONE).model();

    assertThat(model.input().fixedBatch()).isEqualTo(2);
    assertThat(model.input().fixedLength()).isTrue();
    assertThat(model.input().maximumLength()).isEqualTo(5);
  }

  @Test
  void probabilitiesAreFollowedBackToLogitsAndFlatOnesGetTheirShape() {
    SDVariable tokens = graph.placeHolder("tokens", DataType.INT32, -1, -1);
    graph.identity("result", graph.nn.softmax(flatLogits(tokens, "flat"), -1));

    LanguageModel model = ImportedGraph.adopt(graph, GraphNames.NONE).model();

    try (Evaluator evaluator = new Evaluator(model);
        Batch batch = TinyLlama.batch(2, 4, 0)) {
      INDArray logits = evaluator.logits(batch);
      assertThat(logits.shape()).containsExactly(2, 4, VOCABULARY);
      INDArray ids = batch.placeholders().get(LanguageModel.INPUT_IDS);
      INDArray flat = graph.outputSingle(Map.of(LanguageModel.INPUT_IDS, ids), "flat");
      assertThat(logits.reshape(8, VOCABULARY).equalsWithEps(flat, 1e-5)).isTrue();
    }
  }

  @Test
  void maskKindsAndPositionsAreFed() {
    SDVariable ids = graph.placeHolder("tokens", DataType.INT32, -1, -1);
    SDVariable mask = graph.placeHolder("padding_mask", DataType.FLOAT, -1, -1);
    SDVariable kinds = graph.placeHolder("token_type_ids", DataType.INT32, -1, -1);
    SDVariable positions = graph.placeHolder("position_ids", DataType.INT32, -1, -1);
    graph.placeHolder("unused", DataType.FLOAT, -1);
    SDVariable extra =
        mask.add(kinds.castTo(DataType.FLOAT)).add(positions.castTo(DataType.FLOAT).mul(10));
    logits(ids, "raw").add("scores", graph.expandDims(extra, 2));

    Adoption adoption = ImportedGraph.adopt(graph, GraphNames.NONE);

    assertThat(adoption.model().graph().inputs())
        .containsExactlyInAnyOrder(
            LanguageModel.INPUT_IDS, LanguageModel.ATTENTION_MASK, LanguageModel.LABELS);
    assertThat(adoption.notes())
        .contains(
            "Placeholder \"padding_mask\" (FLOAT) is fed from \"attention_mask\" (INT32).",
            "Placeholder \"token_type_ids\" is 0 everywhere.",
            "Placeholder \"position_ids\" counts from 0 in every row.");
    try (Batch batch = TinyLlama.padded(3, new int[] {4, 5, 6})) {
      Map<String, INDArray> made = graph.output(batch.placeholders(), "raw", "scores");
      INDArray added = made.get("scores").sub(made.get("raw"));
      assertThat(added.getDouble(0, 0, 0)).isCloseTo(1, within(1e-4));
      assertThat(added.getDouble(0, 1, 0)).isCloseTo(11, within(1e-4));
      assertThat(added.getDouble(0, 2, 0)).isCloseTo(20, within(1e-4));
    }
  }

  @Test
  void namesThatTheLossNeedsAreMadeFree() {
    SDVariable ids = graph.placeHolder("tokens", DataType.INT32, -1, -1);
    logits(ids, "scores").sum("loss", 0, 1, 2);

    LanguageModel model =
        ImportedGraph.adopt(graph, GraphNames.builder().logits("scores").build()).model();

    assertGradientsAreRight(model);
  }

  @Test
  void aUserNamesWhatCannotBeTold() {
    SDVariable first = graph.placeHolder("first", DataType.INT32, -1, -1);
    graph.placeHolder("second", DataType.INT32, -1, -1);
    logits(first, "scores").mul("doubled", 2);
    graph.getVariable("scores").mul("tripled", 3);

    GraphNames ids = GraphNames.builder().ids("first").build();
    assertThatThrownBy(() -> ImportedGraph.adopt(graph, GraphNames.NONE))
        .isInstanceOf(GraphException.class)
        .hasMessageStartingWith("Which placeholder holds the token ids cannot be told from [")
        .hasMessageEndingWith("] may: name it.");
    assertThatThrownBy(() -> ImportedGraph.adopt(graph, ids))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining(
            "of which [doubled, tripled] have a number for each of the ids (32): name it.");
    GraphNames both =
        GraphNames.builder().ids("first").logits("tripled").layers("layer\\.(\\d+)\\.").build();
    assertThat(ImportedGraph.adopt(graph, both).model().logits()).isEqualTo("tripled");
  }

  @Test
  void namesOfNothingAreRefused() {
    logits(graph.placeHolder("tokens", DataType.INT32, -1, -1), "scores");

    assertRefused(GraphNames.builder().ids("nothing").build())
        .hasMessage("There is no placeholder \"nothing\" for the token ids; there are [tokens].");
    assertRefused(GraphNames.builder().mask("nothing").build())
        .hasMessage("There is no placeholder \"nothing\" for the mask; there are [tokens].");
    assertRefused(GraphNames.builder().logits("nothing").build())
        .hasMessage(
            "There is no array \"nothing\" for the logits; the graph's outputs are [scores].");
    assertRefused(GraphNames.builder().logits("tokens").build())
        .hasMessage(
            "\"tokens\" cannot be the logits: they must be numbers [batch, sequence, vocabulary] or"
                + " [tokens, vocabulary].");
  }

  @Test
  void aPlaceholderThatNothingFeedsIsNamed() {
    SDVariable temperature = graph.placeHolder("temperature", DataType.FLOAT, 1);
    SDVariable ids = graph.placeHolder("tokens", DataType.INT32, -1, -1);
    logits(ids, "raw").mul("scores", temperature);

    assertRefused(GraphNames.NONE)
        .hasMessage(
            "The logits depend on placeholder \"temperature\", which is neither ids nor mask: name"
                + " these, or make it a constant.");
  }

  @Test
  void aGraphThatLooksNothingUpReadsNoTokens() {
    graph.placeHolder("tokens", DataType.INT32, -1, -1).castTo(DataType.FLOAT).mul("scores", 2);

    assertRefused(GraphNames.NONE)
        .hasMessage(
            "Nothing is looked up by \"tokens\", so it holds no token ids: name the placeholder that"
                + " does.");
  }

  private AbstractThrowableAssert<?, ?> assertRefused(GraphNames names) {
    return assertThatThrownBy(() -> ImportedGraph.adopt(graph, names))
        .isInstanceOf(GraphException.class);
  }

  private void assertGradientsAreRight(LanguageModel model) {
    try (Batch batch = TinyLlama.batch(2, 4, 5)) {
      GradientCheck.Report report =
          GradientCheck.builder()
              .loss(model.loss())
              .build()
              .check(model.graph(), batch.placeholders());
      assertThat(report.entries()).isNotEmpty();
      assertThat(report.wrong()).isEmpty();
    }
  }

  private VariableType type(String variable) {
    return graph.getVariable(variable).getVariableType();
  }

  private SDVariable logits(SDVariable ids, String name) {
    SDVariable size = graph.constant(Nd4j.createFromArray((long) VOCABULARY));
    SDVariable shape = graph.concat(0, graph.shape(ids), size);
    return graph.reshape(name, flatLogits(ids, name + "_flat"), shape);
  }

  /** Tokens and positions, then blocks of product, bias, scale, mask and residual. */
  private SDVariable flatLogits(SDVariable ids, String name) {
    SDVariable embedding = constant("embedding", VOCABULARY, HIDDEN);
    SDVariable rotary = constant("angles", POSITIONS, HIDDEN);
    SDVariable count = graph.cumsum(graph.onesLike(ids).castTo(DataType.FLOAT), true, false, 1);
    SDVariable positions = count.castTo(DataType.INT32);
    SDVariable table = graph.gather(constant("positions", POSITIONS, HIDDEN), positions, 0);
    SDVariable stream = graph.gather(embedding, ids, 0).add(table);
    stream = stream.mul(graph.gather(rotary, positions, 0)).reshape(-1, HIDDEN);
    for (int i = 0; i < LAYERS; i++) {
      String layer = "layer." + i + ".";
      SDVariable inner =
          graph.math.tanh(
              stream
                  .mmul(constant(layer + "kernel", HIDDEN, HIDDEN))
                  .add(constant(layer + "bias", HIDDEN)));
      stream = stream.add(inner.mul(constant(layer + "gamma", HIDDEN)));
    }
    SDVariable half = graph.constant("half", Nd4j.scalar(0.5f));
    SDVariable barrier = graph.constant("barrier", barrier());
    SDVariable scores = graph.mmul(stream, embedding, false, true, false);
    return scores.mul(half).add(name, graph.gather(barrier, graph.constant(0), 0));
  }

  /** A mask over the ids for each of two modes: two numbers only. */
  private static INDArray barrier() {
    INDArray barrier = Nd4j.zeros(DataType.FLOAT, 2, VOCABULARY);
    barrier.putScalar(1, 3, -9);
    return barrier.putScalar(0, 5, -9);
  }

  private SDVariable constant(String name, long... shape) {
    return graph.constant(name, Nd4j.randn(DataType.FLOAT, shape).muli(0.5));
  }
}
