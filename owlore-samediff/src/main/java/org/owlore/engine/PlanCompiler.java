package org.owlore.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.nd4j.autodiff.samediff.SameDiff;
import org.owlore.graph.internals.GradientFunction;

/** Compiles requests against one SameDiff graph into plans. */
public final class PlanCompiler {
  private static final List<Rewrite> REWRITES =
      List.of(
          new ConstantArguments(),
          new MatmulGradient(),
          new ElementwiseGradient(),
          new SoftmaxAxis(),
          new SoftmaxGradient(),
          new SwishGradient(),
          new CrossEntropy(),
          new RowReduction());

  private final SameDiff graph;

  /** A compiler for a prepared graph. */
  public PlanCompiler(SameDiff graph) {
    this.graph = graph;
  }

  /**
   * Compiles a request.
   *
   * @throws IllegalArgumentException when a trained variable has no gradient, a placeholder that is
   *     needed has no array, or the graph has no array of a name
   * @throws UnsupportedOperationException when the graph has operations that a plan cannot run
   */
  public TrainingPlan compile(PlanRequest request) {
    Map<String, String> gradients = gradients(request.trained());
    Set<String> kept = new LinkedHashSet<>(request.outputs());
    kept.addAll(request.visited());
    Set<String> wanted = new LinkedHashSet<>(kept);
    wanted.addAll(gradients.values());
    SameDiff source = gradients.isEmpty() ? graph : GradientFunction.of(graph);
    LoweredGraph plain = new Lowering(source, REWRITES).lower(wanted, request.placeholders());
    LoweredGraph recomputing = Recomputation.between(request.checkpoints(), plain, kept);
    LoweredGraph late = LateCasts.of(recomputing, request.placeholders().keySet(), wanted);
    WideGradients wide = new WideGradients(late, gradients, kept);
    OwnedGradients owned = new OwnedGradients(wide.graph(), wide.names(), kept);
    LoweredGraph lowered = owned.graph();
    Map<String, Value> values = values(lowered, request, kept);
    List<Step> steps = schedule(lowered.nodes(), values, owned.names(), request.visited());
    Map<String, Value> shared = InPlace.share(steps, values, request);
    List<Lifetime> lifetimes = Lifetime.of(steps, shared, request);
    MemoryLayout layout = new MemoryLayout(lifetimes);
    return new TrainingPlan(
        request,
        steps,
        shared,
        lowered.constants(),
        layout.offsets(),
        layout.lengths(),
        PlanMemory.of(steps, shared, request, lifetimes));
  }

  private Map<String, String> gradients(Set<String> trained) {
    Map<String, String> gradients = new TreeMap<>();
    for (String variable : trained) {
      if (!graph.hasVariable(variable)) {
        throw new IllegalArgumentException("The graph has no variable \"" + variable + "\".");
      }
      String gradient = GradientFunction.gradientName(graph, variable);
      if (gradient == null) {
        throw new IllegalArgumentException(
            "Variable \"" + variable + "\" cannot be trained: the loss does not depend on it.");
      }
      gradients.put(variable, gradient);
    }
    return gradients;
  }

  private static Map<String, Value> values(
      LoweredGraph lowered, PlanRequest request, Set<String> kept) {
    Map<String, Value> values = new LinkedHashMap<>();
    for (Node node : lowered.nodes()) {
      node.inputs().forEach(name -> values.computeIfAbsent(name, n -> source(n, lowered, request)));
      for (String output : node.outputs()) {
        values.put(output, made(output, node, lowered.types().get(output), values));
      }
    }
    kept.forEach(name -> values.computeIfAbsent(name, n -> source(n, lowered, request)));
    return values;
  }

  private static Value source(String name, LoweredGraph lowered, PlanRequest request) {
    Value.Source source = Value.Source.GRAPH;
    if (request.placeholders().containsKey(name)) {
      source = Value.Source.PLACEHOLDER;
    } else if (lowered.constants().containsKey(name)) {
      source = Value.Source.CONSTANT;
    }
    return new Value(lowered.types().get(name), source, name);
  }

  private static Value made(String name, Node node, ArrayType type, Map<String, Value> values) {
    if (node.operation().kind() != Operation.Kind.VIEW) {
      return new Value(type, Value.Source.WORKSPACE, name);
    }
    Value origin = values.get(node.inputs().get(0));
    return new Value(type, origin.source(), origin.root());
  }

  /**
   * Inserts each update right behind the gradient, but not before the last step that still reads
   * the old weight.
   */
  private static List<Step> schedule(
      List<Node> nodes,
      Map<String, Value> values,
      Map<String, String> gradients,
      Set<String> visited) {
    Map<Integer, List<Step>> updates = new HashMap<>();
    gradients.forEach(
        (variable, gradient) -> {
          int ready = -1;
          for (int i = 0; i < nodes.size(); i++) {
            Node node = nodes.get(i);
            boolean reads =
                node.inputs().stream().anyMatch(in -> values.get(in).root().equals(variable));
            if (reads || node.outputs().contains(gradient)) {
              ready = i;
            }
          }
          updates
              .computeIfAbsent(ready, i -> new ArrayList<>())
              .add(new Step.Update(variable, gradient));
        });
    List<Step> steps = new ArrayList<>();
    Set<String> made = new HashSet<>();
    nodes.forEach(node -> made.addAll(node.outputs()));
    visited.stream().filter(name -> !made.contains(name)).map(Step.Visit::new).forEach(steps::add);
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      steps.add(new Step.Compute(node.operation(), node.inputs(), node.outputs()));
      node.outputs().stream().filter(visited::contains).map(Step.Visit::new).forEach(steps::add);
      steps.addAll(updates.getOrDefault(i, List.of()));
    }
    return steps;
  }
}
