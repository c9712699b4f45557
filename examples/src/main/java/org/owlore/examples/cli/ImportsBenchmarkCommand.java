package org.owlore.examples.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.owlore.examples.imports.ImportBenchmark;
import org.owlore.examples.imports.ImportJson;
import org.owlore.examples.imports.ImportResult;
import org.owlore.examples.imports.ImportResult.Outcome;
import org.owlore.examples.imports.ImportTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code owlore benchmark imports}. */
@Command(
    name = "imports",
    mixinStandardHelpOptions = true,
    description =
        "Imports ONNX exports of many models and compares logits, gradients and layers with"
            + " PyTorch's. Ends with 1 if any is wrong.")
final class ImportsBenchmarkCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Verbosity verbosity;

  @Parameters(
      paramLabel = "DIRECTORY",
      description = "What benchmarks/onnx/export_matrix.py wrote.")
  private Path directory;

  @Option(
      names = "--names",
      defaultValue = "",
      paramLabel = "PATTERN",
      description = "Only exports in whose names this regular expression is found.")
  private Pattern names;

  @Option(names = "--stock", description = "Also compare the gradients that SameDiff computes.")
  private boolean stock;

  @Option(names = "--json", description = "Print one JSON object for each export.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    ImportTable table = new ImportTable(out);
    ImportBenchmark benchmark = new ImportBenchmark(directory, names, stock);
    List<ImportResult> results = benchmark.run(json ? this::printJson : table::print);
    if (!json) {
      table.printShare(results);
    }
    return results.stream().anyMatch(result -> result.outcome() == Outcome.WRONG) ? 1 : 0;
  }

  private void printJson(ImportResult result) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(ImportJson.write(result));
    out.flush();
  }
}
