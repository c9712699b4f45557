package org.owlore.examples.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.examples.data.DataConfiguration;
import org.owlore.examples.data.DataLoader;
import org.owlore.examples.data.TokenBatches;
import org.owlore.examples.data.TokenizedData;
import org.owlore.examples.model.LoadNotes;
import org.owlore.finetune.Batch;
import org.owlore.finetune.CausalCheck;
import org.owlore.graph.GradientCheck;
import org.owlore.graph.GraphPreparation;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.ModelInput;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code owlore check}. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description =
        "Shows what a model file holds, and whether its gradients agree with finite differences.",
    footer = {"", "Exit code 1: a gradient is wrong."})
final class CheckCommand implements Callable<Integer> {
  private static final int ROWS = 2;
  private static final int TOKENS = 8;

  @Spec private CommandSpec spec;
  @Mixin private ModelOption model;
  @Mixin private Verbosity verbosity;

  @Option(
      names = "--data",
      paramLabel = "FILE",
      description =
          "Data to compute gradients on: .jsonl, .json, .txt or .npy (default: random tokens).")
  private Path data;

  @Option(
      names = "--entries",
      defaultValue = "3",
      paramLabel = "N",
      description =
          "How many entries of each weight to try; each costs two forward passes (default:"
              + " ${DEFAULT-VALUE}).")
  private int entries;

  @Option(
      names = "--seed",
      defaultValue = "0",
      paramLabel = "N",
      description = "Of the random tokens and entries (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%s: %s%n", model.path(), model.open().description());
    LanguageModel loaded = loadRepaired(out);
    out.println();
    out.print(loaded.layers().table(loaded.graph()));
    out.println();
    out.println(reads(loaded));
    out.flush();
    GradientCheck check =
        GradientCheck.builder().loss(loaded.loss()).entries(entries).seed(seed).build();
    try (Batch batch = batch(loaded)) {
      GradientCheck.Report report = check.check(loaded.graph(), batch.placeholders());
      out.println(sentence(report));
      out.flush();
      return report.allRight() ? 0 : 1;
    }
  }

  private LanguageModel loadRepaired(PrintWriter out) {
    List<String> repaired = new ArrayList<>();
    LanguageModel loaded =
        model.load(
            new LoadNotes() {
              @Override
              public void note(String sentence) {
                out.println(sentence);
              }

              @Override
              public void repaired(String sentence) {
                repaired.add(sentence);
              }
            });
    repaired.addAll(GraphPreparation.prepare(loaded.graph()).repaired());
    repaired.forEach(out::println);
    if (repaired.isEmpty()) {
      out.println("nothing needed repair");
    }
    return loaded;
  }

  private static String reads(LanguageModel model) {
    ModelInput input = model.input();
    return "reads %s of %s, vocabulary of %d; %s"
        .formatted(
            input.fixedBatch() > 0 ? "exactly " + input.fixedBatch() + " rows" : "rows",
            length(input),
            model.vocabularySize(),
            CausalCheck.isCausal(model)
                ? "tokens see no later ones"
                : "tokens see later ones, so it cannot learn to predict the next");
  }

  private static String length(ModelInput input) {
    return input.isUnbounded()
        ? "any length"
        : "%s %d tokens"
            .formatted(input.fixedLength() ? "exactly" : "up to", input.maximumLength());
  }

  private Batch batch(LanguageModel loaded) {
    ModelInput input = loaded.input();
    int rows = input.fixedBatch() > 0 ? input.fixedBatch() : ROWS;
    if (data == null) {
      int length =
          input.fixedLength() ? input.maximumLength() : Math.min(TOKENS, input.maximumLength());
      return random(rows, length, loaded.vocabularySize());
    }
    DataConfiguration configuration =
        DataConfiguration.builder().maximumLength(Math.min(TOKENS, input.maximumLength())).build();
    TokenizedData tokens =
        new DataLoader(model.tokenizer(), configuration)
            .load(data)
            .requireVocabulary(loaded.vocabularySize())
            .first(rows);
    return TokenBatches.once(tokens, rows).fitting(input).batch(0);
  }

  private Batch random(int rows, int length, int vocabulary) {
    Random random = new Random(seed);
    INDArray ids = tokens(random, rows, length, vocabulary);
    return new Batch(
        Map.of(
            LanguageModel.INPUT_IDS, ids,
            LanguageModel.ATTENTION_MASK, Nd4j.onesLike(ids),
            LanguageModel.LABELS, tokens(random, rows, length, vocabulary)),
        ids.length());
  }

  private static INDArray tokens(Random random, int rows, int length, int vocabulary) {
    int[][] tokens = new int[rows][];
    for (int row = 0; row < rows; row++) {
      tokens[row] = random.ints(length, 0, vocabulary).toArray();
    }
    return Nd4j.createFromArray(tokens);
  }

  private static String sentence(GradientCheck.Report report) {
    List<GradientCheck.Entry> tried = report.entries();
    long weights = tried.stream().map(GradientCheck.Entry::variable).distinct().count();
    return report.allRight()
        ? "gradients: %,d entries of %,d weights agree with finite differences"
            .formatted(tried.size(), weights)
        : "gradients: wrong for %d of %d weights: %s"
            .formatted(report.wrong().size(), weights, String.join(", ", report.wrong()));
  }
}
