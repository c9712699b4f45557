package org.owlore.examples.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Files that hold models in formats that cannot be trained here, and what to do with them. */
enum OtherFile {
  /** PyTorch's pickles, zipped since version 1.6. */
  PICKLE("a PyTorch pickle", "save the model with safetensors (save_pretrained)", "\u0080"),
  /** llama.cpp. */
  GGUF(
      "a GGUF file, whose weights are quantized",
      "take the Hugging Face checkpoint that it was made from",
      "GGUF"),
  /** Keras up to version 2, and weights of TensorFlow. */
  HDF5(
      "an HDF5 file (Keras)",
      "freeze the model to a TensorFlow .pb, or export it to ONNX",
      "\u0089HDF"),
  /** PyTorch, Keras 3, or Deeplearning4j's networks. */
  ZIP(
      "a ZIP archive (PyTorch, Keras or a Deeplearning4j network)",
      "save a SameDiff graph with SameDiff.save, a PyTorch model with safetensors (save_pretrained), or export it to ONNX",
      "PK"),
  /** Weights without configuration. */
  SAFETENSORS("a file of weights alone", "give the directory that holds it and config.json", null);

  private static final int MAGIC_BYTES = 4;

  private final String kind;
  private final String advice;
  private final String magic;

  OtherFile(String kind, String advice, String magic) {
    this.kind = kind;
    this.advice = advice;
    this.magic = magic;
  }

  /** Why a file is not read. */
  static IllegalArgumentException refused(Path file) {
    return new IllegalArgumentException(
        of(file)
            .map(other -> "%s is %s: %s.".formatted(file, other.kind, other.advice))
            .orElse(
                "%s is no model that is known: give a Hugging Face directory, or a file .onnx, .fb, .sd (SameDiff) or .pb (TensorFlow)."
                    .formatted(file)));
  }

  /**
   * Refuses archives: what {@code SameDiff.save} writes is none, whatever its ending says.
   *
   * @throws IllegalArgumentException if it is one
   */
  static void refuseArchive(Path file) {
    if (start(file).startsWith(ZIP.magic)) {
      throw refused(file);
    }
  }

  /**
   * Refuses folders of which it is clear that they are something else.
   *
   * @throws IllegalArgumentException if it is one
   */
  static void refuseFolder(Path folder) {
    if (Files.exists(folder.resolve("saved_model.pb"))
        || Files.exists(folder.resolve("saved_model.pbtxt"))) {
      throw new IllegalArgumentException(
          "%s is a TensorFlow SavedModel: freeze it with convert_variables_to_constants_v2, and give the .pb file."
              .formatted(folder));
    }
    Path export = folder.resolve("model.onnx");
    if (Files.exists(export) && !Files.exists(folder.resolve("config.json"))) {
      throw new IllegalArgumentException(
          "%s holds an ONNX model: give %s.".formatted(folder, export));
    }
  }

  private static Optional<OtherFile> of(Path file) {
    if (file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".safetensors")) {
      return Optional.of(SAFETENSORS);
    }
    String start = start(file);
    return Arrays.stream(values())
        .filter(other -> other.magic != null && start.startsWith(other.magic))
        .findFirst();
  }

  private static String start(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MAGIC_BYTES), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
