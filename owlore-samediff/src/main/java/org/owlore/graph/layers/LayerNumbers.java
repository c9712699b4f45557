package org.owlore.graph.layers;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Reads the layer's number from the names of variables.
 *
 * @param byVariable number of the layer of each variable whose name tells
 * @param size number of layers; each number from 0 to {@code size - 1} occurs
 */
record LayerNumbers(Map<String, Integer> byVariable, int size) {
  /**
   * What stands before the number: {@code layers.N.} (Llama, Mistral, Qwen, Gemma, Phi, OPT,
   * GPT-NeoX), {@code h.N.} (GPT-2, BLOOM, Falcon), {@code layer.N.} (BERT, DistilBERT, ViT),
   * {@code block.N.} and {@code blocks.N.} (T5, MPT), {@code layer_N/} (TensorFlow), {@code
   * layer_._N/} (Keras), {@code transformer_N/}.
   */
  private static final Pattern NUMBERED =
      Pattern.compile(
          "(?:^|(?<=[./_:-]))"
              + "(?:(?:layers?|blocks?|resblocks|transformer|encoder|decoder)[._/-]*|h[._/]+)"
              + "(\\d{1,6})(?!\\d)");

  /**
   * Reads names as the usual families of models give them: of all places where a number can stand,
   * the one where most variables have one, of those the first.
   *
   * @return empty if no place has all numbers from 0 on
   */
  static Optional<LayerNumbers> usual(Collection<String> variables) {
    Map<String, Map<String, Integer>> byPlace = new TreeMap<>();
    for (String variable : variables) {
      Matcher matcher = NUMBERED.matcher(variable);
      while (matcher.find()) {
        byPlace
            .computeIfAbsent(variable.substring(0, matcher.start(1)), place -> new HashMap<>())
            .put(variable, Integer.valueOf(matcher.group(1)));
      }
    }
    return byPlace.entrySet().stream()
        .filter(place -> firstGap(place.getValue()).isEmpty())
        .max(
            Comparator.comparing((Map.Entry<String, Map<String, Integer>> p) -> p.getValue().size())
                .thenComparing(place -> -place.getKey().length()))
        .map(place -> of(place.getValue()));
  }

  /**
   * Reads names with a pattern.
   *
   * @param pattern a regular expression with one group, the layer's number, that is found in the
   *     names of the layers' variables and of no others
   * @throws LayersNotFoundException if it is malformed, has not one group, is found nowhere, does
   *     not give a number or leaves one out
   */
  static LayerNumbers matching(String pattern, Collection<String> variables) {
    Pattern compiled = compile(pattern);
    Map<String, Integer> byVariable = new HashMap<>();
    for (String variable : variables) {
      Matcher matcher = compiled.matcher(variable);
      if (matcher.find()) {
        byVariable.put(variable, number(pattern, variable, matcher.group(1)));
      }
    }
    if (byVariable.isEmpty()) {
      throw refused(
          pattern,
          "matches none of the "
              + variables.size()
              + " trainable variables"
              + variables.stream()
                  .findFirst()
                  .map(name -> ", such as \"" + name + "\"")
                  .orElse(""));
    }
    firstGap(byVariable)
        .ifPresent(
            gap -> {
              throw refused(
                  pattern,
                  "finds the numbers "
                      + new TreeSet<>(byVariable.values())
                      + " but not "
                      + gap
                      + ": layers are numbered from 0 without gaps");
            });
    return of(byVariable);
  }

  private static LayerNumbers of(Map<String, Integer> byVariable) {
    return new LayerNumbers(
        byVariable, byVariable.values().stream().mapToInt(Integer::intValue).max().orElse(-1) + 1);
  }

  /** The first number from 0 on that does not occur below the largest one, if any. */
  private static Optional<Integer> firstGap(Map<String, Integer> byVariable) {
    int expected = 0;
    for (int number : new TreeSet<>(byVariable.values())) {
      if (number != expected) {
        return Optional.of(expected);
      }
      expected++;
    }
    return Optional.empty();
  }

  private static Pattern compile(String pattern) {
    Pattern compiled;
    try {
      compiled = Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      throw refused(pattern, "is no regular expression (" + e.getDescription() + ")");
    }
    int groups = compiled.matcher("").groupCount();
    if (groups != 1) {
      throw refused(pattern, "has " + groups + " groups instead of one, the layer's number");
    }
    return compiled;
  }

  private static int number(String pattern, String variable, String text) {
    if (text == null || !text.matches("\\d{1,6}")) {
      throw refused(
          pattern, "finds \"" + text + "\" in \"" + variable + "\", which is no layer's number");
    }
    return Integer.parseInt(text);
  }

  private static LayersNotFoundException refused(String pattern, String reason) {
    return new LayersNotFoundException(
        "The layer pattern \""
            + pattern
            + "\" "
            + reason
            + "; an example is \"layers\\.(\\d+)\\.\".");
  }
}
