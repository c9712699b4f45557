package org.owlore.examples.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Compared with what Keras computed when {@code benchmarks/keras/make_models.py} was run. */
class KerasFileTest {
  private static final double TOLERANCE = 1e-5;

  @TempDir private Path folder;

  @Test
  void sequentialModelComputesWhatKerasComputes() throws Exception {
    Map<String, INDArray> keras = computedByKeras("mlp.npz");

    INDArray outputs = mlp().output(keras.get("input0"));

    assertClose(outputs, keras.get("outputs"));
  }

  @Test
  void sequentialModelTrainsAsInKeras() throws Exception {
    Map<String, INDArray> keras = computedByKeras("mlp.npz");
    MultiLayerNetwork network = mlp();

    for (int step = 0; step < 3; step++) {
      network.fit(keras.get("input0"), keras.get("labels"));
    }

    assertClose(network.output(keras.get("input0")), keras.get("outputs_after_three_steps"));
  }

  @Test
  void transformerComputesWhatKerasComputes() throws Exception {
    Map<String, INDArray> keras = computedByKeras("transformer.npz");

    assertClose(transformer().output(inputs(keras))[0], keras.get("outputs"));
  }

  @Test
  void transformerTrainsAsInKeras() throws Exception {
    Map<String, INDArray> keras = computedByKeras("transformer.npz");
    ComputationGraph graph = transformer();

    for (int step = 0; step < 3; step++) {
      graph.fit(new MultiDataSet(inputs(keras), new INDArray[] {keras.get("labels")}));
    }

    assertClose(graph.output(inputs(keras))[0], keras.get("outputs_after_three_steps"));
  }

  @Test
  void transformerIsSavedAndRestored() throws Exception {
    Map<String, INDArray> keras = computedByKeras("transformer.npz");
    Path saved = folder.resolve("transformer.zip");
    ComputationGraph graph = transformer();

    ModelSerializer.writeModel(graph, saved.toFile(), true);
    ComputationGraph restored = ModelSerializer.restoreComputationGraph(saved.toFile(), true);

    assertThat(restored.params()).isEqualTo(graph.params());
    assertThat(restored.output(inputs(keras))[0]).isEqualTo(graph.output(inputs(keras))[0]);
  }

  @Test
  void fileThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> new KerasFile(Path.of("none.h5")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("There is no Keras file none.h5.");
  }

  @Test
  void exampleThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> KerasFile.example("cnn.h5", folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("There is no example \"cnn.h5\".");
  }

  @Test
  void exampleIsNotWrittenIntoAFolderThatIsNotThere() {
    assertThatThrownBy(() -> KerasFile.example("mlp.h5", folder.resolve("none")))
        .hasMessageContaining("cannot be written");
  }

  @Test
  void sequentialModelIsNoFunctionalOne() {
    KerasFile file = KerasFile.example("mlp.h5", folder);

    assertThatThrownBy(file::functional)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("mlp.h5 cannot be imported: Expected model class name");
  }

  @Test
  void functionalModelIsNoSequentialOne() {
    KerasFile file = KerasFile.example("transformer.h5", folder);

    assertThatThrownBy(file::sequential)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("transformer.h5 cannot be imported: ");
  }

  @Test
  void fileOfAnotherKindIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("text.h5"), "no HDF5");

    assertThatThrownBy(() -> new KerasFile(file).functional())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("text.h5 is no HDF5 file: save the model as .h5, not .keras.");
  }

  private MultiLayerNetwork mlp() {
    return KerasFile.example("mlp.h5", folder).sequential();
  }

  private ComputationGraph transformer() {
    return KerasFile.example("transformer.h5", folder).functional();
  }

  private static INDArray[] inputs(Map<String, INDArray> keras) {
    return new INDArray[] {keras.get("input0"), keras.get("input1")};
  }

  private Map<String, INDArray> computedByKeras(String name) throws Exception {
    Path file = folder.resolve(name);
    Files.write(file, KerasFileTest.class.getResourceAsStream(name).readAllBytes());
    return Nd4j.createFromNpzFile(file.toFile());
  }

  private static void assertClose(INDArray actual, INDArray expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(actual.sub(expected).amaxNumber().doubleValue()).isCloseTo(0, within(TOLERANCE));
  }
}
