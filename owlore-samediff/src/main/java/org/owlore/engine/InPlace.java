package org.owlore.engine;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lets elementwise operations write over an input that nothing reads afterwards: the result then
 * shares the input's root, as a view does.
 */
final class InPlace {
  /** Elementwise, except that softmax reads a row before it writes it. */
  private static final Set<String> OPERATIONS =
      Set.of(
          "add", "subtract", "multiply", "divide", "realdiv", "sigmoid", "tanh", "sqrt", "softmax");

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
      if (steps.get(i) instanceof Step.Compute compute && allows(compute.operation())) {
        String output = compute.outputs().get(0);
        for (String input : compute.inputs()) {
          if (!overwritten.containsKey(output) && mayOverwrite(input, output, i)) {
            overwritten.put(output, values.get(input).root());
          }
        }
      }
    }
  }

  private static boolean allows(Operation operation) {
    return switch (operation.kind()) {
      case TRANSFORM, SCALAR -> true;
      case CUSTOM -> OPERATIONS.contains(operation.name());
      case VIEW -> false;
    };
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
