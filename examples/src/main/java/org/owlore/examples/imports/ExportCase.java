package org.owlore.examples.imports;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import lombok.NonNull;

/**
 * One export of {@code benchmarks/onnx/export_matrix.py}.
 *
 * @param name of the folder, e.g. {@code llama-dynamo-static-folded}
 * @param folder holds the export and its references
 * @param status what became of the export
 * @param error why the export is of no use; empty if it is
 * @param tolerance how far logits and gradients may be off, relative to the largest: {@code 1e-4},
 *     more where PyTorch stores constants of the graph in 16 bits
 * @param weights PyTorch's names of all weights, shared ones once
 * @param aliases further names of shared weights, with the name in {@code weights}
 * @param blocks name of the list of blocks, e.g. {@code model.layers}
 * @param linears modules that are linear layers; true for those that store {@code [in, out]}
 */
record ExportCase(
    @NonNull String name,
    @NonNull Path folder,
    @NonNull Status status,
    @NonNull String error,
    double tolerance,
    @NonNull Set<String> weights,
    @NonNull Map<String, String> aliases,
    @NonNull String blocks,
    @NonNull Map<String, Boolean> linears) {
  private static final String FILE = "case.json";

  /** What became of an export; only the first counts. */
  enum Status {
    /** A file that ONNX Runtime agrees with, or cannot run. */
    EXPORTED,
    /** The exporter gave up. */
    REFUSED,
    /** The exporter's file breaks the rules of ONNX. */
    INVALID,
    /** ONNX Runtime computes something else from it than PyTorch. */
    WRONG
  }

  /**
   * All cases in a folder, by name.
   *
   * @throws IllegalArgumentException when there is none
   */
  static List<ExportCase> all(@NonNull Path directory) {
    try (Stream<Path> folders = Files.list(directory)) {
      List<ExportCase> cases =
          folders
              .filter(folder -> Files.exists(folder.resolve(FILE)))
              .sorted()
              .map(ExportCase::read)
              .toList();
      if (cases.isEmpty()) {
        throw new IllegalArgumentException(
            "%s holds no exports: make them with benchmarks/onnx/export_matrix.py."
                .formatted(directory));
      }
      return cases;
    } catch (IOException failure) {
      throw new UncheckedIOException("Cannot list the folder %s.".formatted(directory), failure);
    }
  }

  private static ExportCase read(Path folder) {
    JsonNode about;
    try {
      about = new ObjectMapper().readTree(folder.resolve(FILE).toFile());
    } catch (IOException failure) {
      throw new UncheckedIOException(
          "%s is not what export_matrix.py writes.".formatted(folder.resolve(FILE)), failure);
    }
    Set<String> weights = new TreeSet<>();
    about.path("parameters").fieldNames().forEachRemaining(weights::add);
    Map<String, String> aliases = new TreeMap<>();
    about
        .path("shared")
        .fields()
        .forEachRemaining(e -> aliases.put(e.getKey(), e.getValue().asText()));
    Map<String, Boolean> linears = new TreeMap<>();
    about
        .path("linears")
        .fields()
        .forEachRemaining(e -> linears.put(e.getKey(), e.getValue().asText().equals("transposed")));
    return new ExportCase(
        folder.getFileName().toString(),
        folder,
        Status.valueOf(about.path("status").asText().toUpperCase(Locale.ROOT)),
        about.path("error").asText(),
        tolerance(about.path("variant").asText()),
        weights,
        aliases,
        about.path("blocks").asText(),
        linears);
  }

  private static double tolerance(String variant) {
    return switch (variant) {
      case "float16" -> 2e-3;
      case "bfloat16" -> 1e-2;
      default -> 1e-4;
    };
  }

  /** The ONNX file. */
  Path model() {
    return folder.resolve("model.onnx");
  }

  /** The references, one for each batch shape. */
  List<Path> references() {
    return Stream.of("reference-1.npz", "reference-2.npz")
        .map(folder::resolve)
        .filter(Files::exists)
        .toList();
  }

  /** The name under which the references know a weight. */
  String canonical(String weight) {
    return aliases.getOrDefault(weight, weight);
  }
}
