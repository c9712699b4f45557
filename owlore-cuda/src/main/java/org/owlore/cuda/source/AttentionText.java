package org.owlore.cuda.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.owlore.cuda.device.Attention;
import org.owlore.cuda.device.Attention.Matrix;
import org.owlore.cuda.device.Attention.Pass;

/**
 * What is written for one attention around the passes of attention.cu.
 *
 * @param constants what fragment.cu and attention.cu want to know
 * @param functions the score and the gradient of a product, of one pair
 * @param parameters of the global function
 * @param body of the global function
 */
record AttentionText(String constants, String functions, String parameters, String body) {

  /** The text for an attention. */
  static AttentionText of(Attention attention) {
    List<PairFunction> functions = functions(attention);
    List<String> parameters = new ArrayList<>(parameters(attention.pass()));
    functions.forEach(function -> parameters.addAll(function.parameters()));
    return new AttentionText(
        constants(attention),
        functions.stream().map(PairFunction::structure).collect(Collectors.joining("\n")) + "\n",
        String.join(", ", parameters),
        body(attention.pass(), functions));
  }

  private static List<PairFunction> functions(Attention attention) {
    PairFunction score =
        new PairFunction("Score", List.of("product"), attention, attention.score());
    if (attention.pass() == Pass.OUTPUT) {
      return List.of(score);
    }
    List<String> given = List.of("product", "score_gradient");
    return List.of(
        score, new PairFunction("ProductGradient", given, attention, attention.productGradient()));
  }

  private static String constants(Attention attention) {
    AttentionShape shape = AttentionShape.of(attention);
    List<String> lines = new ArrayList<>();
    lines.add("typedef %s Number;".formatted(TermText.type(attention.operands())));
    lines.add(number("ROWS", attention.rows()));
    lines.add(number("COLUMNS", attention.columns()));
    lines.add(number("DEPTH", attention.depth()));
    lines.add(number("VALUE_DEPTH", attention.valueDepth()));
    lines.add(number("OWNED", shape.owned()));
    lines.add(number("TILE", shape.tile()));
    lines.add(number("THREADS", shape.threads()));
    for (Matrix matrix : Matrix.values()) {
      boolean transposed = attention.transposed().contains(matrix);
      lines.add("constexpr bool %s_TRANSPOSED = %s;".formatted(matrix, transposed));
    }
    return String.join("\n", lines) + "\n\n";
  }

  private static String number(String name, long value) {
    return "constexpr int %s = %d;".formatted(name, value);
  }

  private static List<String> parameters(Pass pass) {
    Stream<String> read = Stream.of("query", "key", "value");
    Stream<String> more =
        switch (pass) {
          case OUTPUT -> Stream.of("Number* output");
          case ROWS ->
              Stream.of(
                  "const Number* output_gradient",
                  "Number* query_gradient",
                  "Statistics* statistics");
          case COLUMNS ->
              Stream.of(
                  "const Number* output_gradient",
                  "const Statistics* statistics",
                  "Number* key_gradient",
                  "Number* value_gradient");
        };
    return Stream.concat(read.map(matrix -> "const Number* " + matrix), more).toList();
  }

  private static String body(Pass pass, List<PairFunction> functions) {
    Stream<String> named =
        parameters(pass).stream()
            .map(parameter -> parameter.substring(parameter.lastIndexOf(' ') + 1));
    Stream<String> instances = functions.stream().map(PairFunction::instance);
    String arguments = Stream.concat(named, instances).collect(Collectors.joining(", "));
    return "attend_%s(%s);\n".formatted(pass.name().toLowerCase(Locale.ROOT), arguments);
  }
}
