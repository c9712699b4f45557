package org.owlore.examples.cli;

import org.owlore.examples.benchmark.BenchmarkModel;
import org.owlore.examples.benchmark.Workload;
import picocli.CommandLine.Option;

/** Mixin: what a step of a benchmark computes. */
final class WorkloadOptions {
  @Option(
      names = "--model",
      defaultValue = "s",
      paramLabel = "NAME",
      description =
          "tiny; s: 8 blocks, hidden 512, MLP 1376, vocabulary 4096; m: 8 blocks, hidden 1024,"
              + " MLP 2816, vocabulary 32000; or llama-1b, llama2-7b (default: ${DEFAULT-VALUE}).")
  private BenchmarkModel model;

  @Option(
      names = "--batch",
      paramLabel = "ROWS",
      description = "Rows of a batch (default: 4 with s, 1 with m, 2 with tiny).")
  private Integer batch;

  @Option(
      names = "--length",
      paramLabel = "TOKENS",
      description = "Tokens of a row (default: 128 with s, 256 with m, 16 with tiny).")
  private Integer length;

  @Option(
      names = "--rank",
      defaultValue = "128",
      paramLabel = "R",
      description = "Dimensions of GaLore's subspace (default: ${DEFAULT-VALUE}).")
  private int rank;

  @Option(
      names = "--gamma",
      defaultValue = "2",
      paramLabel = "N",
      description = "Blocks that train at a time with lisa and owlore (default: ${DEFAULT-VALUE}).")
  private int gamma;

  Workload workload() {
    return new Workload(
        model,
        batch == null ? model.batch() : batch,
        length == null ? model.length() : length,
        rank,
        gamma);
  }
}
