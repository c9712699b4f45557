package org.owlore.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.owlore.files.CheckpointException;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.LinearWeight;
import org.owlore.graph.imported.Adoption;
import org.owlore.graph.imported.GraphNames;
import org.owlore.testing.Resources;
import org.tensorflow.framework.GraphDef;
import org.tensorflow.framework.NodeDef;

/**
 * A BERT-like graph with a causal mask, and what TensorFlow computes with it; made by {@code
 * benchmarks/tensorflow/make_bert.py}.
 */
class TensorFlowFileTest {
  private static final String REFERENCE = "org/owlore/tensorflow/causal/";
  private static final double LEARNING_RATE = 0.1;

  @TempDir Path folder;

  @Test
  void logitsAreThoseOfTensorFlow() throws IOException {
    LanguageModel model = load().model();
    INDArray tokens = reference("tokens.npy");

    INDArray logits = model.graph().outputSingle(batch(tokens, tokens), model.logits());

    INDArray expected = reference("logits.npy");
    assertThat(logits.shape()).isEqualTo(expected.shape());
    assertThat(logits.sub(expected).amaxNumber().doubleValue()).isLessThan(1e-4);
  }

  @Test
  void everyGradientIsThatOfTensorFlow() throws Exception {
    LanguageModel model = load().model();
    Map<String, INDArray> expected =
        Nd4j.createFromNpzFile(Resources.copy(REFERENCE + "gradients.npz", folder).toFile());
    List<String> weights = weights(model);

    Map<String, INDArray> actual = model.graph().calculateGradients(nextTokens(), weights);

    assertThat(weights).hasSize(expected.size());
    for (String weight : weights) {
      INDArray reference = expected.get(weight.replace('/', '|'));
      assertThat(actual.get(weight).distance2(reference))
          .as(weight)
          .isLessThan(1e-4 * Math.max(1e-2, reference.norm2Number().doubleValue()));
    }
  }

  @Test
  void descentFollowsTensorFlow() throws IOException {
    LanguageModel model = load().model();
    Map<String, INDArray> batch = nextTokens();
    List<Double> losses = new ArrayList<>();
    for (int step = 0; step < 5; step++) {
      losses.add(model.graph().outputSingle(batch, model.loss()).getDouble(0));
      model
          .graph()
          .calculateGradients(batch, weights(model))
          .forEach(
              (name, gradient) ->
                  model.graph().getArrForVarName(name).subi(gradient.mul(LEARNING_RATE)));
    }

    double[] expected = reference("losses.npy").toDoubleVector();
    for (int step = 0; step < 5; step++) {
      assertThat(losses.get(step)).isCloseTo(expected[step], within(1e-4));
    }
  }

  @Test
  void layersAreFoundByTheScopes() throws IOException {
    LanguageModel model = load().model();

    assertThat(model.layers().size()).isEqualTo(2);
    assertThat(model.layers().layers().get(1).linears())
        .extracting(LinearWeight::name)
        .hasSize(6)
        .allMatch(name -> name.startsWith("bert/encoder/layer_1/") && name.endsWith("/kernel"));
    assertThat(model.layers().embedding()).contains("bert/embeddings/word_embeddings");
    assertThat(model.input().maximumLength()).isEqualTo(16);
    assertThat(model.vocabularySize()).isEqualTo(32);
  }

  @Test
  void whatWasDoneIsTold() throws IOException {
    assertThat(load().notes())
        .contains(
            "41 constants that are weights became variables.",
            "Placeholder \"input_mask\" (INT) is fed from \"attention_mask\" (INT32).",
            "The loss is the mean cross-entropy of \"logits\".");
    assertThat(load().repaired())
        .contains(
            "Operation \"permute\" (node \"transpose_4\"): order [0, 2, 1, 3] given as numbers");
  }

  @Test
  void nothingIsLeftInTheWorkingDirectory() throws IOException {
    load();

    assertThat(Path.of("").toAbsolutePath())
        .isDirectoryNotContaining(file -> file.toString().endsWith("-old.txt"));
  }

  @Test
  void tunedWeightsComeBackInACopyOfTheGraph() throws IOException {
    Path source = Resources.copy(REFERENCE + "model.pb", folder);
    TensorFlowFile file = TensorFlowFile.open(source);
    LanguageModel model = file.load(GraphNames.NONE).model();
    String weight = "bert/encoder/layer_0/intermediate/dense/kernel";
    INDArray tuned = model.graph().getArrForVarName(weight).addi(1);

    file.save(model, folder.resolve("tuned.pb"));

    LanguageModel again =
        TensorFlowFile.open(folder.resolve("tuned.pb")).load(GraphNames.NONE).model();
    assertThat(again.graph().getArrForVarName(weight)).isEqualTo(tuned);
    List<NodeDef> before = nodes(source);
    List<NodeDef> after = nodes(folder.resolve("tuned.pb"));
    assertThat(after).hasSameSizeAs(before);
    for (int i = 0; i < before.size(); i++) {
      if (!before.get(i).getName().equals(weight)) {
        assertThat(after.get(i)).isEqualTo(before.get(i));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ReadVariableOp, has variables that live outside of it: freeze it with",
    "StatefulPartitionedCall, 'calls functions: inline them, or freeze it with'",
    "StatelessWhile, 'has loops or branches, which cannot be trained: freeze it with'"
  })
  void whatIsNotFrozenIsRefused(String operation, String advice) throws IOException {
    assertRefused(write(NodeDef.newBuilder().setName("node").setOp(operation).build()))
        .hasMessageContaining(advice)
        .hasMessageContaining("(" + operation + " \"node\")");
  }

  @Test
  void operationsWithoutMappingAreNamed() throws IOException {
    assertRefused(
            write(
                NodeDef.newBuilder().setName("a").setOp("HashTableV2").build(),
                NodeDef.newBuilder().setName("b").setOp("XlaDot").build()))
        .hasMessageContaining("uses the operations HashTableV2, XlaDot, which Deeplearning4j")
        .hasMessageEndingWith("or export the model to ONNX.");
  }

  @Test
  void aConstantWithoutAValueIsNamed() throws IOException {
    Path file = write(NodeDef.newBuilder().setName("weight").setOp("Const").build());

    assertThatThrownBy(() -> TensorFlowFile.open(file).load(GraphNames.NONE))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("Constant \"weight\" has no value.");
  }

  @Test
  void aLengthThatNoMessageHasIsDamage() throws IOException {
    byte[] bytes = {10, (byte) 255, (byte) 255, (byte) 255, (byte) 255, 127};
    assertRefused(Files.write(folder.resolve("damaged.pb"), bytes))
        .hasMessageStartingWith("Cannot read the TensorFlow graph ");
  }

  @Test
  void aFileOfAnotherKindIsRefused() throws IOException {
    assertRefused(Files.writeString(folder.resolve("text.pb"), "no graph at all"))
        .hasMessageStartingWith("Cannot read the TensorFlow graph ");
    assertRefused(Files.createFile(folder.resolve("empty.pb")))
        .hasMessageContaining("holds no TensorFlow graph");
    assertRefused(folder.resolve("nowhere.pb")).hasMessageContaining("there is no file");
  }

  private static AbstractThrowableAssert<?, ?> assertRefused(Path file) {
    return assertThatThrownBy(() -> TensorFlowFile.open(file))
        .isInstanceOf(CheckpointException.class);
  }

  private Path write(NodeDef... nodes) throws IOException {
    GraphDef graph = GraphDef.newBuilder().addAllNode(List.of(nodes)).build();
    return Files.write(folder.resolve("made.pb"), graph.toByteArray());
  }

  private static List<NodeDef> nodes(Path file) throws IOException {
    return GraphDef.parseFrom(Files.readAllBytes(file)).getNodeList();
  }

  private Adoption load() throws IOException {
    return TensorFlowFile.open(Resources.copy(REFERENCE + "model.pb", folder))
        .load(GraphNames.NONE);
  }

  private INDArray reference(String name) throws IOException {
    return Nd4j.createFromNpyFile(Resources.copy(REFERENCE + name, folder).toFile());
  }

  private Map<String, INDArray> nextTokens() throws IOException {
    INDArray tokens = reference("tokens.npy");
    long length = tokens.size(1) - 1;
    INDArray ids = tokens.get(NDArrayIndex.all(), NDArrayIndex.interval(0, length)).dup('c');
    INDArray labels = tokens.get(NDArrayIndex.all(), NDArrayIndex.interval(1, length + 1)).dup('c');
    return batch(ids, labels);
  }

  private static Map<String, INDArray> batch(INDArray ids, INDArray labels) {
    return Map.of(
        LanguageModel.INPUT_IDS, ids,
        LanguageModel.ATTENTION_MASK, Nd4j.onesLike(ids),
        LanguageModel.LABELS, labels);
  }

  private static List<String> weights(LanguageModel model) {
    return model.graph().variables().stream()
        .filter(variable -> variable.getVariableType() == VariableType.VARIABLE)
        .map(SDVariable::name)
        .toList();
  }
}
