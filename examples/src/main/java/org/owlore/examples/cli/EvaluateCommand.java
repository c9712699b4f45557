package org.owlore.examples.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.owlore.examples.data.DataConfiguration.Purpose;
import org.owlore.examples.data.TokenBatches;
import org.owlore.examples.data.TokenizedData;
import org.owlore.finetune.Evaluator;
import org.owlore.finetune.ForwardDevice;
import org.owlore.graph.LanguageModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code owlore evaluate}. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description =
        "Measures the perplexity of a model on data: of the answers, where the data has answers.")
final class EvaluateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelOption model;
  @Mixin private DeviceOptions device;
  @Mixin private DataOptions data;
  @Mixin private BatchSizeOption batchSize;
  @Mixin private Verbosity verbosity;

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    ForwardDevice.Factory where = device.forward();
    LanguageModel loaded = model.loadCausal(spec.commandLine().getErr());
    TokenizedData rows =
        data.load(model.tokenizer(), loaded, Purpose.PREDICTING, spec.commandLine().getErr());
    TokenBatches batches =
        TokenBatches.once(rows, batchSize.rows(loaded.input())).fitting(loaded.input());
    try (Evaluator evaluator = new Evaluator(loaded, where)) {
      Evaluator.Result result = evaluator.evaluate(batches);
      requireNumber(result);
      PrintWriter out = spec.commandLine().getOut();
      out.println(json ? json(result, rows) : sentence(result, rows));
      out.flush();
    }
    return 0;
  }

  /** A model that computes nonsense is no result for a script to go on with. */
  private void requireNumber(Evaluator.Result result) {
    if (!Double.isFinite(result.loss())) {
      throw new IllegalStateException(
          "The loss of %s is %s: its weights hold bad values, or grew too large in training."
              .formatted(model.path(), result.loss()));
    }
  }

  private String json(Evaluator.Result result, TokenizedData rows) {
    ObjectNode node = new ObjectMapper().createObjectNode();
    node.put("model", model.path().toString());
    node.put("data", data.file().toString());
    node.put("answersOnly", rows.hasContext());
    node.put("tokens", result.labels());
    node.put("loss", result.loss());
    node.put("perplexity", result.perplexity());
    return node.toString();
  }

  private static String sentence(Evaluator.Result result, TokenizedData rows) {
    return String.format(
        Locale.ROOT,
        "perplexity %.4f, loss %.5f nats a token, over %,d %s",
        result.perplexity(),
        result.loss(),
        result.labels(),
        rows.hasContext() ? "tokens of answers" : "tokens");
  }
}
