package org.owlore.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.engine.Engine;
import org.owlore.engine.PlanExecutor;
import org.owlore.engine.PlanRequest;
import org.owlore.engine.StepObserver;
import org.owlore.graph.GraphPreparation;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.Layer;
import org.owlore.onnx.OnnxModel;
import org.owlore.onnx.weights.OnnxWeight;
import org.owlore.testing.SharedData;

@DisplayName("Imported ONNX exports compute what PyTorch computes")
class OnnxTest {
  private static final String FOLDER = "golden/onnx/";
  private static final String GRADIENT = "grad__";
  private static final double TOLERANCE = 1e-4;
  private static final double LEARNING_RATE = 0.1;

  static Stream<String> exports() {
    return Stream.of(
        "gpt2_dyn_nofold_op13",
        "gpt2_dyn_op13",
        "gpt2_dyn_op16",
        "gpt2_static_op13",
        "llama_dyn_nofold_op13",
        "llama_dyn_op13",
        "llama_dyn_op16",
        "llama_static_nofold_op13",
        "llama_static_op13");
  }

  @ParameterizedTest
  @MethodSource("exports")
  void logitsAgree(String export) {
    LanguageModel model = load(export);

    INDArray logits = logits(model, placeholders(export, "input_ids"));

    assertSame(logits, reference(export, "logits"), "logits");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2_dyn_op13", "llama_dyn_nofold_op13"})
  void dynamicExportsReadOtherBatches(String export) {
    LanguageModel model = load(export);

    INDArray logits = logits(model, placeholders(export, "input_ids2"));

    assertSame(logits, reference(export, "logits2"), "logits of another shape");
  }

  @ParameterizedTest
  @MethodSource("exports")
  void everyGradientAgrees(String export) {
    OnnxModel file = open(export);
    LanguageModel model = file.load();
    Map<String, INDArray> gradients = new HashMap<>();

    run(
        model,
        placeholders(export, "input_ids"),
        (name, array) -> gradients.put(name, array.dup()));

    assertGradients(export, file, gradients);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2_dyn_op16", "llama_static_op13"})
  void stockSameDiffComputesTheSameGradients(String export) {
    OnnxModel file = open(export);
    LanguageModel model = file.load();
    GraphPreparation.prepare(model.graph());

    Map<String, INDArray> gradients =
        model.graph().calculateGradients(placeholders(export, "input_ids"), weights(model));

    assertGradients(export, file, gradients);
  }

  @ParameterizedTest
  @MethodSource("exports")
  void fiveStepsOfGradientDescentFollowPyTorch(String export) {
    LanguageModel model = load(export);
    double[] expected = reference(export, "sgd_losses").toDoubleVector();
    double[] losses = new double[expected.length];

    for (int step = 0; step < losses.length; step++) {
      losses[step] =
          run(
              model,
              placeholders(export, "input_ids"),
              (name, gradient) ->
                  model.graph().getArrForVarName(name).subi(gradient.mul(LEARNING_RATE)));
    }

    assertThat(losses).containsExactly(expected, within(TOLERANCE));
  }

  @Test
  void blocksAreFound() {
    LanguageModel model = load("llama_dyn_op13");

    assertThat(model.layers().layers()).hasSize(4).map(Layer::linears).allMatch(l -> l.size() == 7);
    assertThat(model.layers().embedding()).containsExactly("model.embed_tokens.weight");
    assertThat(model.layers().finalNorm()).containsExactly("model.norm.weight");
    assertThat(model.layers().head()).containsExactly("lm_head.weight");
  }

  private static void assertGradients(
      String export, OnnxModel file, Map<String, INDArray> gradients) {
    Set<String> compared = new TreeSet<>();
    for (OnnxWeight weight : file.weights()) {
      if (!weight.isTied()) {
        INDArray gradient = gradients.get(weight.name());
        assertSame(gradient, reference(export, GRADIENT + weight.name()), weight.name());
        compared.add(weight.name());
      }
    }
    assertThat(compared).as("all parameters of the model").isEqualTo(parameters(export));
  }

  private static Set<String> parameters(String export) {
    try (Stream<Path> files = Files.list(SharedData.require(FOLDER + folder(export)))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(GRADIENT))
          .map(name -> name.substring(GRADIENT.length(), name.length() - ".npy".length()))
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertSame(INDArray actual, INDArray expected, String what) {
    assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
    double largest = expected.amaxNumber().doubleValue();
    double difference = actual.sub(expected).amaxNumber().doubleValue();
    assertThat(difference / largest).as(what).isLessThan(TOLERANCE);
  }

  private static INDArray logits(LanguageModel model, Map<String, INDArray> placeholders) {
    try (Engine engine = new Engine(model.graph())) {
      PlanRequest request =
          PlanRequest.builder()
              .output(model.logits())
              .placeholders(Engine.types(placeholders))
              .build();
      PlanExecutor executor = engine.executor(request);
      executor.run(placeholders, StepObserver.NONE);
      return executor.output(model.logits()).dup();
    }
  }

  /** Sees the gradient of a variable. */
  private interface GradientObserver extends StepObserver {
    @Override
    void gradient(String variable, INDArray gradient);
  }

  private static double run(
      LanguageModel model, Map<String, INDArray> placeholders, GradientObserver observer) {
    GraphPreparation.prepare(model.graph());
    try (Engine engine = new Engine(model.graph())) {
      PlanRequest request =
          PlanRequest.builder()
              .output(model.loss())
              .trained(new LinkedHashSet<>(weights(model)))
              .placeholders(Engine.types(placeholders))
              .build();
      PlanExecutor executor = engine.executor(request);
      executor.run(placeholders, observer);
      return executor.output(model.loss()).getDouble(0);
    }
  }

  private static List<String> weights(LanguageModel model) {
    Set<String> names = new LinkedHashSet<>(model.layers().embedding());
    model.layers().layers().forEach(layer -> names.addAll(layer.variables()));
    names.addAll(model.layers().finalNorm());
    names.addAll(model.layers().head());
    return List.copyOf(names);
  }

  private static LanguageModel load(String export) {
    return open(export).load();
  }

  private static OnnxModel open(String export) {
    Path file = SharedData.require(FOLDER + export + ".onnx");
    return OnnxModel.open(file);
  }

  private static Map<String, INDArray> placeholders(String export, String ids) {
    INDArray tokens = reference(export, ids).castTo(DataType.INT32);
    INDArray labels =
        ids.equals("input_ids") ? reference(export, "labels").castTo(DataType.INT32) : tokens;
    return Map.of(LanguageModel.INPUT_IDS, tokens, LanguageModel.LABELS, labels);
  }

  private static INDArray reference(String export, String name) {
    return SharedData.array(FOLDER + folder(export) + name + ".npy");
  }

  private static String folder(String export) {
    return "reference/" + export.substring(0, export.indexOf('_')) + "/";
  }
}
