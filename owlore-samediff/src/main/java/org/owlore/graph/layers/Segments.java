package org.owlore.graph.layers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * Cuts the tokens' way at its cut points.
 *
 * <p>A segment's signature says by which operations its end is computed from its beginning and from
 * weights of which shapes. Everything else (masks, positions, constants) counts as one and the
 * same, so that blocks with and without a sliding window are equal; casts and reshapes do not
 * count.
 */
final class Segments {
  private static final int ENTRY = -1;
  private static final int ELSEWHERE = -2;

  private final Dataflow flow;
  private final Activations activations;
  private final Weights weights;
  private final Map<List<Object>, Integer> signatures = new HashMap<>();

  private Segments(Dataflow flow, Activations activations, Weights weights) {
    this.flow = flow;
    this.activations = activations;
    this.weights = weights;
  }

  /** The segments in execution order, without those in which nothing happens. */
  static List<Segment> of(Dataflow flow, Activations activations, Weights weights) {
    Segments segments = new Segments(flow, activations, weights);
    List<Segment> found = new ArrayList<>();
    List<Node> cuts = activations.cutPoints();
    Map<String, Integer> derived = segments.derived();
    for (int i = 0; i + 1 < cuts.size(); i++) {
      Segment segment = segments.between(cuts.get(i), cuts.get(i + 1), derived);
      if (segment.signature() != ENTRY) {
        found.add(segment);
      }
    }
    return found;
  }

  private Segment between(Node entry, Node end, Map<String, Integer> derived) {
    Map<String, Integer> known = new HashMap<>();
    known.put(activations.arrayOf(entry), ENTRY);
    Set<String> variables = new HashSet<>();
    boolean multiplies = false;
    int operations = 0;
    for (Node node : flow.nodes().subList(entry.position() + 1, end.position() + 1)) {
      if (activations.contains(node)) {
        sign(node, known, derived);
        operations++;
        node.valueInputs().forEach(input -> variables.addAll(weights.variablesBehind(input)));
        multiplies |= node.isProduct();
      }
    }
    return new Segment(
        entry.position(),
        end.position(),
        known.get(activations.arrayOf(end)),
        variables.stream().mapToLong(this::size).sum(),
        multiplies && operations > 1);
  }

  private long size(String variable) {
    return LongStream.of(flow.shape(variable)).reduce(1, (a, b) -> a * b);
  }

  /** The signatures of everything that is computed from weights but not from tokens. */
  private Map<String, Integer> derived() {
    Map<String, Integer> derived = new HashMap<>();
    for (Node node : flow.nodes()) {
      boolean fromWeights =
          !activations.contains(node)
              && node.outputs().stream().anyMatch(out -> !weights.variablesBehind(out).isEmpty());
      if (fromWeights) {
        sign(node, derived, derived);
      }
    }
    return derived;
  }

  private void sign(Node node, Map<String, Integer> known, Map<String, Integer> derived) {
    List<Object> inputs = new ArrayList<>();
    for (String input : node.valueInputs()) {
      Integer signature = known.getOrDefault(input, derived.get(input));
      inputs.add(signature != null ? signature : signature(input));
    }
    for (int i = 0; i < node.outputs().size(); i++) {
      known.put(
          node.outputs().get(i),
          node.isCopy() || node.isReshape()
              ? (Integer) inputs.get(0)
              : number(List.of(node.operation(), i, inputs)));
    }
  }

  private int signature(String array) {
    return flow.isTrainable(array)
        ? number(List.of("weight", Arrays.toString(flow.shape(array))))
        : ELSEWHERE;
  }

  private int number(List<Object> key) {
    return signatures.computeIfAbsent(key, unknown -> signatures.size());
  }
}
