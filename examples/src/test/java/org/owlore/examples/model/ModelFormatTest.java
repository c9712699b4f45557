package org.owlore.examples.model;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.owlore.graph.imported.GraphNames;

class ModelFormatTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "pytorch_model.bin, \u0080\u0002}q, is a PyTorch pickle: save the model with safetensors",
    "model.gguf, GGUF123, 'is a GGUF file, whose weights are quantized: take the Hugging Face'",
    "model.h5, \u0089HDF123, is an HDF5 file (Keras): freeze the model to a TensorFlow .pb",
    "network.zip, PK34, 'is a ZIP archive (PyTorch, Keras or a Deeplearning4j network): save'",
    "model.safetensors, x, 'is a file of weights alone: give the directory that holds it'",
    "model.txt, x, 'is no model that is known: give a Hugging Face directory, or a file .onnx'"
  })
  void aFileOfAnotherKindIsNamedWithAWayOut(String name, String start, String sentence)
      throws IOException {
    Path file = Files.write(folder.resolve(name), start.getBytes(StandardCharsets.ISO_8859_1));

    assertThatThrownBy(() -> ModelFormat.open(file, GraphNames.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(file + " " + sentence)
        .hasMessageEndingWith(".");
  }

  @ParameterizedTest
  @CsvSource({"model.onnx", "model.fb", "model.sd", "model.pb"})
  void aMissingFileIsNamed(String name) {
    Path file = folder.resolve(name);

    assertThatThrownBy(() -> ModelFormat.open(file, GraphNames.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("There is no file " + file + ".");
  }

  @Test
  void aSavedModelIsRefusedWithAWayOut() throws IOException {
    Files.createFile(folder.resolve("saved_model.pb"));

    assertThatThrownBy(() -> ModelFormat.open(folder, GraphNames.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            folder
                + " is a TensorFlow SavedModel: freeze it with convert_variables_to_constants_v2,"
                + " and give the .pb file.");
  }

  @Test
  void aFolderWithAnExportAsksForTheFile() throws IOException {
    Path export = Files.createFile(folder.resolve("model.onnx"));

    assertThatThrownBy(() -> ModelFormat.open(folder, GraphNames.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(folder + " holds an ONNX model: give " + export + ".");
  }
}
