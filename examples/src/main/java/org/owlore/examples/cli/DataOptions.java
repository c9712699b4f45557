package org.owlore.examples.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import org.owlore.examples.data.DataConfiguration;
import org.owlore.examples.data.DataConfiguration.Purpose;
import org.owlore.examples.data.DataLoader;
import org.owlore.examples.data.FieldLayout;
import org.owlore.examples.data.PromptTemplate;
import org.owlore.examples.data.TokenizedData;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.ModelInput;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Mixin: the data, and how it becomes rows of tokens. */
final class DataOptions {
  private static final int DEFAULT_MAXIMUM_LENGTH = 512;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE",
      description =
          "Data: .jsonl or .json with question/answer, instruction/input/output or text;"
              + " .txt with documents between <|endoftext|>; .npy with int32 token ids [rows,"
              + " length].")
  private Path file;

  @Option(
      names = "--max-length",
      paramLabel = "TOKENS",
      description =
          "Longest row in tokens (default: "
              + DEFAULT_MAXIMUM_LENGTH
              + ", or what the model reads at most if that is less).")
  private Integer maximumLength;

  @Option(
      names = "--packing",
      description = "Put several short examples in one row; none sees another.")
  private boolean packing;

  @Option(
      names = "--prompt-template",
      paramLabel = "TEXT",
      description =
          "Words around the prompt of instruction data, which stands for {prompt}; \\n is a line"
              + " break (default: Question: {prompt}\\nAnswer:).")
  private String template;

  @ArgGroup(heading = "Fields of JSON records, where they are not the known ones:%n")
  private Fields fields;

  /** Either a text or a pair. */
  private static final class Fields {
    @Option(
        names = "--text-field",
        paramLabel = "NAME",
        description = "Field of running text, all of which is learned.")
    private String text;

    @ArgGroup(exclusive = false)
    private Pair pair;

    FieldLayout layout() {
      return pair == null
          ? FieldLayout.document(text)
          : FieldLayout.instruction(pair.prompt, pair.answer);
    }
  }

  /** A prompt and its answer. */
  private static final class Pair {
    @Option(
        names = "--prompt-field",
        required = true,
        paramLabel = "NAME",
        description = "Field of the prompt, which is context only.")
    private String prompt;

    @Option(
        names = "--answer-field",
        required = true,
        paramLabel = "NAME",
        description = "Field of the answer, which is learned.")
    private String answer;
  }

  /**
   * Loads the data for a model, and says on {@code out} what it found.
   *
   * @throws IllegalArgumentException if the data cannot be used with this model
   */
  TokenizedData load(Path checkpoint, LanguageModel model, Purpose purpose, PrintWriter out) {
    int length = maximumLength(model.input());
    requireSeparation(model.input());
    DataConfiguration configuration =
        DataConfiguration.builder()
            .maximumLength(length)
            .layout(fields == null ? null : fields.layout())
            .template(template == null ? null : new PromptTemplate(template.replace("\\n", "\n")))
            .packing(packing)
            .purpose(purpose)
            .build();
    TokenizedData data =
        new DataLoader(checkpoint, configuration)
            .load(file)
            .requireVocabulary(model.vocabularySize());
    out.printf(
        Locale.ROOT,
        "data: %,d examples in %,d rows, %,d tokens; %,d cut at %d tokens, %,d left out%n",
        data.examples(),
        data.rows().size(),
        data.tokens(),
        data.truncated(),
        length,
        data.dropped());
    if (data.dropped() > 0) {
      out.println(
          "data: what was left out is empty, or has a prompt that leaves no room for its answer;"
              + " --max-length makes room");
    }
    out.flush();
    return data;
  }

  Path file() {
    return file;
  }

  private int maximumLength(ModelInput input) {
    if (maximumLength == null) {
      return Math.min(DEFAULT_MAXIMUM_LENGTH, input.maximumLength());
    }
    if (maximumLength > input.maximumLength()) {
      throw new IllegalArgumentException(
          "--max-length is %d, but the model reads %d tokens at most."
              .formatted(maximumLength, input.maximumLength()));
    }
    return maximumLength;
  }

  private void requireSeparation(ModelInput input) {
    if (packing && !input.separatesDocuments()) {
      throw new IllegalArgumentException(
          "--packing puts several examples in one row, but this model cannot keep them apart: leave it out.");
    }
  }
}
