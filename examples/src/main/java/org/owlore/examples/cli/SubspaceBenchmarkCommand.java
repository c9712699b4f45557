package org.owlore.examples.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.owlore.examples.benchmark.SubspaceBenchmark;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code owlore benchmark subspace}. */
@Command(
    name = "subspace",
    mixinStandardHelpOptions = true,
    description =
        "Compares the randomized search for GaLore's subspace with the exact one, on matrices like"
            + " gradients.")
final class SubspaceBenchmarkCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Verbosity verbosity;

  @Option(
      names = "--sizes",
      split = ",",
      defaultValue = "512x1376,4096x11008",
      paramLabel = "ROWSxCOLUMNS",
      description = "Matrices (default: ${DEFAULT-VALUE}).")
  private String[] sizes;

  @Option(
      names = "--rank",
      defaultValue = "128",
      paramLabel = "R",
      description = "Dimensions of the subspace (default: ${DEFAULT-VALUE}).")
  private int rank;

  @Option(
      names = "--decay",
      defaultValue = "0.75",
      paramLabel = "X",
      description = "The k-th singular value is about k^-X (default: ${DEFAULT-VALUE}).")
  private double decay;

  @Option(names = "--json", description = "Print one JSON object for each matrix.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    for (String size : sizes) {
      int[] dimensions = dimensions(size);
      SubspaceBenchmark benchmark =
          new SubspaceBenchmark(dimensions[0], dimensions[1], rank, decay);
      SubspaceBenchmark.Result result = benchmark.run();
      out.println(json ? json(benchmark, result) : sentence(benchmark, result));
      out.flush();
    }
    return 0;
  }

  private int[] dimensions(String size) {
    if (!size.matches("\\d{1,6}x\\d{1,6}")) {
      throw new ParameterException(
          spec.commandLine(),
          "Invalid value for option '--sizes': '%s' is not like 512x1376".formatted(size));
    }
    return Arrays.stream(size.split("x")).mapToInt(Integer::parseInt).toArray();
  }

  private static String sentence(SubspaceBenchmark benchmark, SubspaceBenchmark.Result result) {
    return String.format(
        Locale.ROOT,
        "%d x %d, rank %d: exact %.3f s, randomized %.3f s (%.1f times faster), overlap %.5f",
        benchmark.rows(),
        benchmark.columns(),
        benchmark.rank(),
        result.exactSeconds(),
        result.randomizedSeconds(),
        result.timeRatio(),
        result.overlap());
  }

  private static String json(SubspaceBenchmark benchmark, SubspaceBenchmark.Result result) {
    ObjectNode node = new ObjectMapper().createObjectNode();
    node.put("rows", benchmark.rows());
    node.put("columns", benchmark.columns());
    node.put("rank", benchmark.rank());
    node.put("decay", benchmark.decay());
    node.put("exactSeconds", result.exactSeconds());
    node.put("randomizedSeconds", result.randomizedSeconds());
    node.put("timeRatio", result.timeRatio());
    node.put("overlap", result.overlap());
    return node.toString();
  }
}
