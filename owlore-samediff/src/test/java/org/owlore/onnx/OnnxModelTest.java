package org.owlore.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.owlore.testing.OnnxBuilder.attribute;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.files.CheckpointException;
import org.owlore.graph.LanguageModel;
import org.owlore.onnx.weights.OnnxWeight;
import org.owlore.safetensors.SafetensorsFile;
import org.owlore.testing.OnnxBuilder;

/** Two blocks of a residual model, named as an exporter that folds constants names them. */
class OnnxModelTest {
  private static final int VOCABULARY = 7;
  private static final int WIDTH = 4;

  @TempDir private Path folder;
  private final Random random = new Random();
  private final INDArray embedding = random(VOCABULARY, WIDTH);
  private final INDArray first = random(WIDTH, WIDTH);
  private final INDArray second = random(WIDTH, WIDTH);
  private final OnnxBuilder onnx = new OnnxBuilder();

  private INDArray random(long... shape) {
    double[] numbers = random.doubles(shape[0] * shape[1], -1, 1).toArray();
    return Nd4j.createFromArray(numbers).castTo(DataType.FLOAT).reshape('c', shape);
  }

  /** Embedding, two linear blocks with skip connections, tied head; weights as folded exports. */
  private OnnxModel model() {
    onnx.input("input_ids", OnnxBuilder.INT64, "batch", "sequence");
    return body("hidden");
  }

  private OnnxModel body(String afterEmbedding) {
    onnx.initializer("model.embed.weight", embedding)
        .initializer("onnx::MatMul_10", first)
        .initializer("onnx::MatMul_11", second)
        .initializer("onnx::MatMul_12", embedding.transpose().dup('c'))
        .node("/embed/Gather", "Gather", names("model.embed.weight input_ids"), names("hidden"))
        .node(
            "/layers.0/proj/MatMul",
            "MatMul",
            names(afterEmbedding + " onnx::MatMul_10"),
            names("a"))
        .node("/layers.0/Add", "Add", names("a " + afterEmbedding), names("b"))
        .node("/layers.1/proj/MatMul", "MatMul", names("b onnx::MatMul_11"), names("c"))
        .node("/layers.1/Add", "Add", names("c b"), names("d"))
        .node("/head/MatMul", "MatMul", names("d onnx::MatMul_12"), names("logits"))
        .output("logits");
    return OnnxModel.open(onnx.write(folder.resolve("model.onnx")));
  }

  private static List<String> names(String names) {
    return List.of(names.split(" "));
  }

  @Test
  void renamedWeightsGetTheNamesOfTheirModulesBack() {
    assertThat(model().weights())
        .extracting(OnnxWeight::name)
        .containsExactly(
            "model.embed.weight", "layers.0.proj.weight", "layers.1.proj.weight", "head.weight");
  }

  @Test
  void aHeadThatIsTheTransposedEmbeddingIsTiedToIt() {
    OnnxWeight head = model().weights().get(3);

    assertThat(head.isTied()).isTrue();
    assertThat(head.tiedTo()).isEqualTo("model.embed.weight");
    assertThat(head.transposed()).isTrue();
  }

  @Test
  void logitsAreThoseOfTheFile() {
    LanguageModel model = model().load();
    int[][] ids = {{1, 2, 3}, {6, 0, 5}};

    INDArray logits = logits(model, ids);

    assertThat(logits.shape()).containsExactly(2, 3, VOCABULARY);
    INDArray hidden = embedding.getRow(5);
    INDArray block = hidden.reshape(1, WIDTH).mmul(first).add(hidden);
    INDArray expected = block.mmul(second).add(block).mmul(embedding.transpose());
    for (int i = 0; i < VOCABULARY; i++) {
      assertThat(logits.getDouble(1, 2, i)).isCloseTo(expected.getDouble(i), within(1e-5));
    }
  }

  private static INDArray logits(LanguageModel model, int[]... ids) {
    Map<String, INDArray> placeholders = new HashMap<>();
    placeholders.put(LanguageModel.INPUT_IDS, Nd4j.createFromArray(ids));
    if (model.graph().hasVariable(LanguageModel.ATTENTION_MASK)) {
      placeholders.put(
          LanguageModel.ATTENTION_MASK, Nd4j.ones(DataType.INT32, ids.length, ids[0].length));
    }
    return model.graph().outputSingle(placeholders, model.logits());
  }

  @Test
  void savingWritesBothCopiesOfATiedWeight() {
    OnnxModel file = model();
    LanguageModel model = file.load();
    model.graph().getArrForVarName("model.embed.weight").muli(2);
    Path copy = folder.resolve("copy.onnx");

    file.save(model, copy);

    LanguageModel again = OnnxModel.open(copy).load();
    assertThat(OnnxModel.open(copy).weights().get(3).isTied()).isTrue();
    assertThat(again.graph().getArrForVarName("model.embed.weight")).isEqualTo(embedding.mul(2));
  }

  @Test
  void safetensorsHoldPyTorchsNamesAndLayout() {
    OnnxModel file = model();
    Path target = folder.resolve("model.safetensors");

    file.saveSafetensors(file.load(), target);

    SafetensorsFile saved = SafetensorsFile.open(target);
    assertThat(saved.tensors())
        .extracting(entry -> entry.name())
        .containsExactlyInAnyOrder(
            "model.embed.weight", "layers.0.proj.weight", "layers.1.proj.weight");
    assertThat(saved.read("layers.0.proj.weight")).isEqualTo(first.transpose());
  }

  @Test
  void cachedKeysAndPositionsAreNoPlaceholders() {
    onnx.input("input_ids", OnnxBuilder.INT64, "batch", "sequence")
        .input("attention_mask", OnnxBuilder.INT64, "batch", "past + sequence")
        .input("position_ids", OnnxBuilder.INT64, "batch", "sequence")
        .input("past_key_values.0.key", OnnxBuilder.FLOAT, "batch", 1, "past", WIDTH)
        .integers("axis", 1)
        .node("Unsqueeze", names("hidden axis"), "key")
        .node("Concat", names("past_key_values.0.key key"), "keys", attribute("axis", 2))
        .node("ReduceSum", names("keys axis"), "back", attribute("keepdims", 0))
        .integers("outer", 2)
        .node("Unsqueeze", names("position_ids outer"), "positions")
        .node("Cast", names("positions"), "real", attribute("to", OnnxBuilder.FLOAT))
        .node("Unsqueeze", names("attention_mask outer"), "mask")
        .node("Cast", names("mask"), "present", attribute("to", OnnxBuilder.FLOAT))
        .node("Mul", names("back present"), "seen")
        .node("Add", names("seen real"), "start");
    LanguageModel model = sorted(body("start")).load();

    INDArray logits = logits(model, new int[] {3, 3, 3});

    assertThat(model.graph().getVariable("position_ids")).isNull();
    INDArray hidden = embedding.getRow(3).add(2);
    INDArray block = hidden.reshape(1, WIDTH).mmul(first).add(hidden);
    INDArray expected = block.mmul(second).add(block).mmul(embedding.transpose());
    assertThat(logits.getDouble(0, 2, 0)).isCloseTo(expected.getDouble(0), within(1e-4));
  }

  /** The builder adds nodes in the order of calls: the embedding has to come first. */
  private OnnxModel sorted(OnnxModel model) {
    var built = onnx.build();
    var graph = built.getGraph().toBuilder();
    var gather =
        graph.getNodeList().stream().filter(n -> n.getOutput(0).equals("hidden")).findFirst();
    graph.removeNode(graph.getNodeList().indexOf(gather.orElseThrow()));
    graph.addNode(0, gather.orElseThrow());
    Path file = folder.resolve("sorted.onnx");
    try {
      java.nio.file.Files.write(file, built.toBuilder().setGraph(graph).build().toByteArray());
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    assertThat(model.path()).isNotEqualTo(file);
    return OnnxModel.open(file);
  }

  @Test
  void anOperatorWithoutATranslationIsNamedWithItsNode() {
    onnx.input("input_ids", OnnxBuilder.INT64, "batch", "sequence")
        .node("/odd/LSTM", "LSTM", names("hidden"), names("start"));

    assertThatThrownBy(() -> body("start").load())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("LSTM")
        .hasMessageContaining("/odd/LSTM")
        .hasMessageContaining("export the model");
  }

  @ParameterizedTest
  @ValueSource(strings = {"encoder_hidden_states", "inputs_embeds"})
  void inputsThatTrainingCannotFillAreRefused(String name) {
    onnx.input("input_ids", OnnxBuilder.INT64, "batch", "sequence")
        .input(name, OnnxBuilder.FLOAT, "batch", "sequence", WIDTH);

    assertThatThrownBy(() -> body("hidden").load())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("\"" + name + "\" is not known");
  }

  @Test
  void aModelWithoutTokenIdsIsRefused() {
    onnx.input("pixels", OnnxBuilder.FLOAT, "batch", 3, 8, 8);

    assertThatThrownBy(() -> body("hidden"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("no input for token ids");
  }

  @Test
  void anOutputThatIsNoLogitsIsRefusedWithItsShape() {
    onnx.input("input_ids", OnnxBuilder.INT64, "batch", "sequence")
        .initializer("model.embed.weight", embedding)
        .node("Gather", names("model.embed.weight input_ids"), "hidden")
        .node("ReduceMean", names("hidden"), "pooled", attribute("axes", 1))
        .output("pooled");
    OnnxModel model = OnnxModel.open(onnx.write(folder.resolve("pooled.onnx")));

    assertThatThrownBy(model::load)
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("[batch, 1, 4], not [batch, sequence, vocabulary]");
  }

  @Test
  void aNodeWhoseShapesDoNotFitIsNamed() {
    onnx.input("input_ids", OnnxBuilder.INT64, "batch", "sequence")
        .initializer("odd", random(5, 3))
        .node("/odd/MatMul", "MatMul", names("hidden odd"), names("start"));
    OnnxModel model = sorted(body("start"));

    assertThatThrownBy(model::load)
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("Node \"/odd/MatMul\" (MatMul)")
        .hasMessageContaining("[batch, sequence, 4] and [5, 3] cannot be multiplied");
  }

  @Test
  void whatSameDiffRefusesIsSaidInOneSentence() {
    onnx.input("input_ids", OnnxBuilder.INT64, "batch", "sequence")
        .initializer("odd", random(5, 3))
        .node("/odd/\nGather", "Gather", names("odd odd"), names("start"));
    OnnxModel model = body("start");

    assertThatThrownBy(model::load)
        .isInstanceOf(CheckpointException.class)
        .hasMessageMatching(
            "Node \"/odd/\\?Gather\" \\(Gather\\) of \\S+ cannot be imported: .*integer type.*[^.]\\.");
  }

  @Test
  void aReasonThatIsLongIsCut() {
    onnx.input("input_ids", OnnxBuilder.INT64, "batch", "sequence")
        .initializer("odd", random(2, 200))
        .node("Reshape", names("hidden odd"), "start");
    OnnxModel model = sorted(body("start"));

    assertThatThrownBy(model::load)
        .isInstanceOf(CheckpointException.class)
        .hasMessageEndingWith("....")
        .satisfies(failure -> assertThat(failure.getMessage()).hasSizeLessThan(600));
  }

  @Test
  void fixedExportsSayWhatTheyRead() {
    onnx.input("input_ids", OnnxBuilder.INT64, 2, 5);

    LanguageModel model = body("hidden").load();

    assertThat(model.input().fixedBatch()).isEqualTo(2);
    assertThat(model.input().fixedLength()).isTrue();
    assertThat(model.input().maximumLength()).isEqualTo(5);
  }

  @Test
  void layersAreToldApartByAPatternOfTheCallers() {
    LanguageModel model = model().load(finder -> finder.byPattern("layers\\.(\\d)\\.proj"));

    assertThat(model.layers().layers())
        .map(layer -> layer.linears().get(0).name())
        .containsExactly("layers.0.proj.weight", "layers.1.proj.weight");
  }

  @Test
  void scalesOfANormThatKeptTheirNumbersHaveNoOffset() {
    onnx.input("input_ids", OnnxBuilder.INT64, "batch", "sequence")
        .initializer("norm0_scale", random(1, WIDTH).reshape(WIDTH))
        .node("LayerNormalization", names("hidden norm0_scale"), "start");

    assertThat(sorted(body("start")).weights())
        .filteredOn(weight -> weight.initializer().equals("norm0_scale"))
        .singleElement()
        .matches(weight -> weight.offset() == 0);
  }

  @Test
  void positionsThatAreMovedLeaveFewerOfThem() {
    onnx.input("input_ids", OnnxBuilder.INT64, "batch", "sequence")
        .initializer("model.positions.weight", random(16, WIDTH))
        .integer("zero", 0)
        .integer("one", 1)
        .integer("two", 2)
        .node("Shape", names("input_ids"), "shape")
        .node("Gather", names("shape one"), "length")
        .node("Range", names("zero length one"), "counted")
        .node("Add", names("counted two"), "moved")
        .node("Gather", names("model.positions.weight moved"), "position")
        .node("Add", names("hidden position"), "start");

    assertThat(sorted(body("start")).load().input().maximumLength()).isEqualTo(14);
  }

  @Test
  void masksOfFloatsAreFloats() {
    onnx.input("input_ids", OnnxBuilder.INT64, "batch", "sequence")
        .input("attention_mask", OnnxBuilder.FLOAT, "batch", "sequence")
        .scalar("half", 0.5f)
        .integers("last", 2)
        .node("Mul", names("attention_mask half"), "halved")
        .node("Unsqueeze", names("halved last"), "column")
        .node("Mul", names("hidden column"), "start");
    LanguageModel model = sorted(body("start")).load();

    INDArray logits = logits(model, new int[] {3});

    INDArray hidden = embedding.getRow(3).mul(0.5);
    INDArray block = hidden.reshape(1, WIDTH).mmul(first).add(hidden);
    INDArray expected = block.mmul(second).add(block).mmul(embedding.transpose());
    assertThat(logits.getDouble(0, 0, 0)).isCloseTo(expected.getDouble(0), within(1e-5));
  }

  @Test
  void largeTensorsThatDoNotTrainAreListed() {
    onnx.input("input_ids", OnnxBuilder.INT64, "batch", "sequence")
        .initializer("computed", random(64, WIDTH).reshape(1, 64, WIDTH));

    assertThat(body("hidden").constants()).containsExactly("computed");
  }
}
