package org.owlore.graph.imported;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.autodiff.samediff.internal.Variable;
import org.owlore.graph.SampleShapes;

/**
 * The array with a number for each token id.
 *
 * @param name as the graph calls it
 * @param vocabularySize how many numbers there are for each token
 * @param flat whether it is {@code [tokens, vocabulary]} rather than {@code [batch, sequence,
 *     vocabulary]}
 */
record Logits(String name, int vocabularySize, boolean flat) {
  private static final Set<String> NORMALIZED = Set.of("softmax", "log_softmax");

  /**
   * Finds the logits of a graph.
   *
   * @param given the name, or null
   */
  static Logits of(SameDiff graph, TokenFlow flow, String given) {
    if (given != null) {
      return named(graph, given);
    }
    Set<Long> vocabularies =
        flow.tokenTables().values().stream()
            .map(table -> table.size(0))
            .collect(Collectors.toSet());
    Set<Logits> found = new LinkedHashSet<>();
    for (String output : outputs(graph)) {
      String origin = origin(graph, output);
      logits(graph, origin)
          .filter(logits -> vocabularies.contains((long) logits.vocabularySize))
          .ifPresent(found::add);
    }
    if (found.size() != 1) {
      throw new GraphException(
          "Which array holds the logits cannot be told from the outputs %s, of which %s have a number for each of the ids (%s): name it."
              .formatted(
                  outputs(graph),
                  found.stream().map(Logits::name).toList(),
                  vocabularies.stream().map(Object::toString).collect(Collectors.joining(", "))));
    }
    return found.iterator().next();
  }

  private static Logits named(SameDiff graph, String name) {
    if (!graph.hasVariable(name)) {
      throw new GraphException(
          "There is no array \"%s\" for the logits; the graph's outputs are %s."
              .formatted(name, outputs(graph)));
    }
    return logits(graph, name)
        .orElseThrow(
            () ->
                new GraphException(
                    "\"%s\" cannot be the logits: they must be numbers [batch, sequence, vocabulary] or [tokens, vocabulary]."
                        .formatted(name)));
  }

  private static Optional<Logits> logits(SameDiff graph, String name) {
    if (!graph.getVariable(name).dataType().isFPType()) {
      return Optional.empty();
    }
    return new SampleShapes(graph)
        .of(name)
        .filter(shape -> shape.length == 2 || shape.length == 3)
        .map(shape -> new Logits(name, (int) shape[shape.length - 1], shape.length == 2));
  }

  /** What operations compute and no other reads. */
  private static List<String> outputs(SameDiff graph) {
    return graph.getVariables().values().stream()
        .filter(variable -> variable.getOutputOfOp() != null)
        .filter(variable -> variable.getInputsForOp().isEmpty())
        .map(Variable::getName)
        .sorted()
        .toList();
  }

  /** What an output is before it is copied or made probabilities of. */
  private static String origin(SameDiff graph, String output) {
    String current = output;
    List<String> seen = new ArrayList<>(Arrays.asList(output));
    while (true) {
      String producer = graph.getVariables().get(current).getOutputOfOp();
      SameDiffOp operation = producer == null ? null : graph.getOps().get(producer);
      boolean copies =
          operation != null
              && (operation.getOp().opName().equals("identity")
                  || NORMALIZED.contains(operation.getOp().opName()));
      if (!copies || seen.contains(operation.getInputsToOp().get(0))) {
        return current;
      }
      current = operation.getInputsToOp().get(0);
      seen.add(current);
    }
  }
}
