package org.owlore.graph.layers;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Finds where tokens enter a graph. In this order: lookups in trainable tables by ids as they are
 * given; by ids that are computed from a placeholder; floating-point placeholders; any placeholder.
 */
final class TokenSources {
  private final Dataflow flow;
  private final List<Node> lookups;
  private final List<Node> placeholders;

  private TokenSources(Dataflow flow) {
    this.flow = flow;
    this.placeholders = flow.nodes().stream().filter(Node::isPlaceholder).toList();
    Set<String> tables = reachedFrom(flow::isTrainable, node -> true);
    tables.removeAll(reachedFrom(this::isPlaceholder, node -> true));
    this.lookups =
        flow.nodes().stream()
            .filter(node -> node.isLookup() && tables.contains(node.inputs().get(0)))
            .toList();
  }

  /**
   * Follows the tokens from where they enter.
   *
   * @throws LayersNotFoundException if nothing enters
   */
  static Activations activations(Dataflow flow) {
    return new TokenSources(flow).activations();
  }

  private Activations activations() {
    Predicate<Node> unchanged =
        node -> node.isCopy() || node.isReshape() || node.isPermute() || node.isSlice();
    List<Node> byGivenIds = lookupsBy(reachedFrom(this::isPlaceholder, unchanged));
    List<Node> byIds =
        byGivenIds.isEmpty()
            ? lookupsBy(reachedFrom(this::isPlaceholder, node -> true))
            : byGivenIds;
    if (!byIds.isEmpty()) {
      return best(byIds);
    }
    List<Node> floating = placeholders.stream().filter(this::isFloating).toList();
    List<Node> sources = floating.isEmpty() ? placeholders : floating;
    if (sources.isEmpty()) {
      throw new LayersNotFoundException(
          "\""
              + flow.output()
              + "\" depends on no placeholder, so no tokens flow to it: give the name of the"
              + " graph's logits.");
    }
    return new Activations(flow, sources);
  }

  /**
   * All lookups, unless one of them leads past the blocks (a table of rotary angles): then that one
   * alone whose tokens pass through the most cut points.
   */
  private Activations best(List<Node> lookupsByIds) {
    int last = lookupsByIds.get(lookupsByIds.size() - 1).position();
    List<Collection<Node>> candidates = new ArrayList<>();
    candidates.add(lookupsByIds);
    lookupsByIds.forEach(lookup -> candidates.add(List.of(lookup)));
    Activations best = null;
    long most = -1;
    for (Collection<Node> candidate : candidates) {
      Activations activations = new Activations(flow, candidate);
      long cuts = activations.cutPoints().stream().filter(cut -> cut.position() > last).count();
      if (cuts > most) {
        most = cuts;
        best = activations;
      }
    }
    return best;
  }

  private List<Node> lookupsBy(Set<String> ids) {
    return lookups.stream().filter(node -> ids.contains(node.inputs().get(1))).toList();
  }

  /** Everything whose values are computed from some arrays by nodes of a kind. */
  private Set<String> reachedFrom(Predicate<String> start, Predicate<Node> through) {
    Set<String> reached = new HashSet<>();
    for (Node node : flow.nodes()) {
      boolean reads =
          node.valueInputs().stream().anyMatch(in -> start.test(in) || reached.contains(in));
      if (reads && through.test(node)) {
        reached.addAll(node.outputs());
      }
      node.outputs().stream().filter(start).forEach(reached::add);
      node.inputs().stream().filter(start).forEach(reached::add);
    }
    return reached;
  }

  private boolean isPlaceholder(String array) {
    return flow.producer(array).filter(Node::isPlaceholder).isPresent();
  }

  private boolean isFloating(Node placeholder) {
    SDVariable variable = flow.graph().getVariable(placeholder.outputs().get(0));
    return variable.dataType().isFPType();
  }
}
