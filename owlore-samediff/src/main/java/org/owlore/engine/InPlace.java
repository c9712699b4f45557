package org.owlore.engine;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.owlore.engine.Operation.Kind;

/**
 * Lets elementwise operations write over an input that nothing reads afterwards: the result then
 * shares the input's root, as a view does.
 */
final class InPlace {
  /** Elementwise, except that softmax reads a row before it writes it. */
  private static final Set<String> OVER_ANY_INPUT =
      Set.of(
          "add", "subtract", "multiply", "divide", "realdiv", "sigmoid", "tanh", "sqrt", "softmax");

  /** Operations that change a few elements of their first input. */
  private static final Set<String> OVER_FIRST_INPUT = Set.of("scatter_add", "scatter_sub");

  private final List<Step> steps;
  private final Map<String, Value> values;
  private final Map<String, Integer> lastReads = new HashMap<>();
  private final Map<String, String> overwritten = new HashMap<>();

  private InPlace(List<Step> steps, Map<String, Value> values, PlanRequest request) {
    this.steps = steps;
    this.values = values;
    for (int i = 0; i < steps.size(); i++) {
      for (String input : steps.get(i).inputs()) {
        lastReads.put(values.get(input).root(), i);
      }
    }
    request.outputs().forEach(name -> lastReads.put(values.get(name).root(), steps.size()));
  }

  /** The same values, some of which share memory with the input they are made from. */
  static Map<String, Value> share(
      List<Step> steps, Map<String, Value> values, PlanRequest request) {
    InPlace inPlace = new InPlace(steps, values, request);
    inPlace.decide();
    return inPlace.shared();
  }

  private void decide() {
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i) instanceof Step.Compute compute) {
        String output = compute.outputs().get(0);
        for (String input : candidates(compute)) {
          if (!overwritten.containsKey(output) && mayOverwrite(input, output, i)) {
            overwritten.put(output, values.get(input).root());
          }
        }
      }
    }
  }

  private static List<String> candidates(Step.Compute step) {
    Operation operation = step.operation();
    boolean elementwise = operation.kind() == Kind.TRANSFORM || operation.kind() == Kind.SCALAR;
    if (elementwise
        || operation.kind() == Kind.CUSTOM && OVER_ANY_INPUT.contains(operation.name())) {
      return step.inputs();
    }
    return OVER_FIRST_INPUT.contains(operation.name()) ? step.inputs().subList(0, 1) : List.of();
  }

  private boolean mayOverwrite(String input, String output, int step) {
    Value source = values.get(input);
    return source.inWorkspace()
        && source.type().equals(values.get(output).type())
        && values.get(source.root()).type().length() == source.type().length()
        && lastReads.get(source.root()) == step;
  }

  private Map<String, Value> shared() {
    Map<String, Value> shared = new LinkedHashMap<>();
    values.forEach(
        (name, value) ->
            shared.put(name, new Value(value.type(), value.source(), home(value.root()))));
    return shared;
  }

  private String home(String root) {
    String below = overwritten.get(root);
    return below == null ? root : home(below);
  }
}
