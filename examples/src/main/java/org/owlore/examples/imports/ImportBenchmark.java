package org.owlore.examples.imports;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import lombok.NonNull;

/**
 * Imports exports of many models, each in every way in which it can be made, and compares all
 * numbers and layers with PyTorch's.
 *
 * @param directory what {@code benchmarks/onnx/export_matrix.py} wrote
 * @param names a regular expression, found in the names of the exports to be checked
 * @param stock whether gradients are also computed by SameDiff itself
 */
public record ImportBenchmark(@NonNull Path directory, @NonNull Pattern names, boolean stock) {

  /**
   * Checks the exports one by one.
   *
   * @param listener told each result at once
   * @return all results, by name
   * @throws IllegalArgumentException when there is no such export
   */
  public List<ImportResult> run(@NonNull Consumer<ImportResult> listener) {
    List<ExportCase> cases =
        ExportCase.all(directory).stream()
            .filter(export -> names.matcher(export.name()).find())
            .toList();
    if (cases.isEmpty()) {
      throw new IllegalArgumentException(
          "No export in %s is called like \"%s\".".formatted(directory, names));
    }
    List<ImportResult> results = new ArrayList<>();
    for (ExportCase export : cases) {
      ImportResult result = ImportCheck.run(export, stock);
      listener.accept(result);
      results.add(result);
    }
    return results;
  }
}
