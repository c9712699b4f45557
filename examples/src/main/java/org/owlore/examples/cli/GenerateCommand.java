package org.owlore.examples.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.owlore.examples.data.Tokenizer;
import org.owlore.examples.generation.ModelLogits;
import org.owlore.examples.generation.TextGenerator;
import org.owlore.examples.generation.TextStream;
import org.owlore.examples.generation.TokenSampler;
import org.owlore.finetune.Evaluator;
import org.owlore.finetune.ForwardDevice;
import org.owlore.graph.LanguageModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code owlore generate}. */
@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    description = "Lets a model continue a text, until it ends it.")
final class GenerateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelOption model;
  @Mixin private DeviceOptions device;
  @Mixin private Verbosity verbosity;

  @Option(
      names = "--prompt",
      required = true,
      paramLabel = "TEXT",
      description = "What to go on from; \\n is a line break.")
  private String prompt;

  @Option(
      names = "--max-tokens",
      defaultValue = "100",
      paramLabel = "TOKENS",
      description = "How much to write at most (default: ${DEFAULT-VALUE}).")
  private int maximumTokens;

  @Option(
      names = "--temperature",
      defaultValue = "0",
      paramLabel = "T",
      description =
          "0 always takes the likeliest token; above, tokens are drawn, the more freely the higher"
              + " (default: ${DEFAULT-VALUE}).")
  private double temperature;

  @Option(
      names = "--seed",
      defaultValue = "0",
      paramLabel = "N",
      description = "Of the draws (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--json",
      description = "Print prompt, text and number of tokens as one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    ForwardDevice.Factory where = device.forward();
    TokenSampler sampler = new TokenSampler(temperature, seed);
    LanguageModel loaded = model.loadCausal(spec.commandLine().getErr());
    try (Tokenizer tokenizer = Tokenizer.load(model.tokenizer());
        Evaluator evaluator = new Evaluator(loaded, where)) {
      TextGenerator generator =
          TextGenerator.builder()
              .logits(new ModelLogits(evaluator, loaded.input()))
              .sampler(sampler)
              .specialTokens(tokenizer.specialTokens())
              .maximumTokens(maximumTokens)
              .maximumLength(loaded.input().maximumLength())
              .build();
      String text = prompt.replace("\\n", "\n");
      int[] ids = tokenizer.encode(text);
      requireVocabulary(ids, loaded.vocabularySize());
      write(generator, tokenizer, text, ids);
    }
    return 0;
  }

  private void requireVocabulary(int[] ids, int vocabularySize) {
    for (int id : ids) {
      if (id < 0 || id >= vocabularySize) {
        throw new IllegalArgumentException(
            "The prompt holds token %d, but the model knows ids 0 to %d: the tokenizer.json in %s belongs to another model."
                .formatted(id, vocabularySize - 1, model.tokenizer()));
      }
    }
  }

  private void write(TextGenerator generator, Tokenizer tokenizer, String text, int[] ids) {
    PrintWriter out = spec.commandLine().getOut();
    StringBuilder written = new StringBuilder();
    TextStream stream =
        new TextStream(
            tokenizer,
            ids,
            piece -> {
              written.append(piece);
              show(out, piece);
            });
    show(out, text);
    int tokens = generator.continueFrom(ids, stream::add).length;
    stream.finish();
    if (json) {
      out.println(
          new ObjectMapper()
              .createObjectNode()
              .put("prompt", text)
              .put("text", written.toString())
              .put("tokens", tokens));
    } else {
      out.println();
    }
    out.flush();
  }

  private void show(PrintWriter out, String piece) {
    if (!json) {
      out.print(piece);
      out.flush();
    }
  }
}
