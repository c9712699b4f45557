package org.owlore.graph.layers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import lombok.RequiredArgsConstructor;

/**
 * Cuts the tokens' way at its cut points.
 *
 * <p>Segments are equal if the same operations bring weights of the same shapes to the tokens, and
 * as many products of activations are made. Nothing else counts: neither names nor masks, positions
 * and constants, so that blocks with and without a sliding window or rotary positions are equal.
 */
@RequiredArgsConstructor
final class Segments {
  private final Dataflow flow;
  private final Activations activations;
  private final Weights weights;
  private final Map<List<String>, Integer> signatures = new HashMap<>();

  /** The segments in execution order, without those in which no weights and products are. */
  static List<Segment> of(Dataflow flow, Activations activations, Weights weights) {
    Segments segments = new Segments(flow, activations, weights);
    List<Segment> found = new ArrayList<>();
    List<Node> cuts = activations.cutPoints();
    for (int i = 0; i + 1 < cuts.size(); i++) {
      segments.add(found, cuts.get(i).position(), cuts.get(i + 1).position());
    }
    return found;
  }

  private void add(List<Segment> found, int after, int until) {
    List<String> contents = new ArrayList<>();
    Set<String> variables = new HashSet<>();
    List<Node> inside =
        flow.nodes().subList(after + 1, until + 1).stream().filter(activations::contains).toList();
    for (Node node : inside) {
      for (String input : node.valueInputs()) {
        Set<String> behind = weights.variablesBehind(input);
        behind.forEach(name -> contents.add(node.operation() + Arrays.toString(flow.shape(name))));
        variables.addAll(behind);
      }
      if (node.isProduct() && node.valueInputs().stream().allMatch(activations::contains)) {
        contents.add(node.operation());
      }
    }
    if (!contents.isEmpty()) {
      contents.sort(null);
      long size = variables.stream().mapToLong(this::size).sum();
      boolean multiplies = inside.stream().anyMatch(Node::isProduct);
      int signature = signatures.computeIfAbsent(contents, unknown -> signatures.size());
      found.add(new Segment(after, until, signature, size, multiplies && inside.size() > 1));
    }
  }

  private long size(String variable) {
    return LongStream.of(flow.shape(variable)).reduce(1, (a, b) -> a * b);
  }
}
