package org.owlore.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Exports of models with two blocks, 16 columns wide, and what PyTorch computes with them: {@code
 * benchmarks/onnx/export_matrix.py DIRECTORY --size tiny} makes them, among others.
 */
public final class SmallExports {
  private static final List<String> CASES =
      List.of(
          "gpt2-dynamo-dynamic-raw",
          "gpt2-torchscript-static-folded",
          "llama-dynamo-dynamic-folded",
          "llama-dynamo-static-folded-bfloat16",
          "llama-torchscript-dynamic-folded");
  private static final List<String> FILES =
      List.of("model.onnx", "case.json", "reference-1.npz", "reference-2.npz");

  private SmallExports() {}

  /**
   * Copies the exports to a folder, each in a folder of its own.
   *
   * @return the ONNX files
   */
  public static List<Path> unpack(Path directory) {
    List<Path> models = new ArrayList<>();
    for (String export : CASES) {
      for (String file : FILES) {
        copy(export + "/" + file, directory);
      }
      models.add(directory.resolve(export).resolve(FILES.get(0)));
    }
    return models;
  }

  private static void copy(String name, Path directory) {
    String resource = "/org/owlore/onnx/exports/" + name;
    try (InputStream content = SmallExports.class.getResourceAsStream(resource)) {
      if (content != null) {
        Path target = directory.resolve(name);
        Files.createDirectories(target.getParent());
        Files.copy(content, target);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
