package org.owlore.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * From which step to which a piece of workspace memory is in use.
 *
 * @param name the root of the arrays that live there
 * @param type its element type and shape
 * @param firstStep the step that makes it
 * @param lastStep the last step that reads it
 */
record Lifetime(String name, ArrayType type, int firstStep, int lastStep) {

  /** The lifetimes of all roots of the workspace. */
  static List<Lifetime> of(List<Step> steps, Map<String, Value> values, PlanRequest request) {
    Map<String, Integer> first = new HashMap<>();
    Map<String, Integer> last = new HashMap<>();
    request.placeholders().keySet().forEach(name -> first.put(name, 0));
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      for (String input : step.inputs()) {
        last.put(values.get(input).root(), i);
      }
      if (step instanceof Step.Compute compute) {
        for (String output : compute.outputs()) {
          first.putIfAbsent(values.get(output).root(), i);
          last.put(values.get(output).root(), i);
        }
      }
    }
    request.outputs().forEach(name -> last.put(values.get(name).root(), steps.size()));
    List<Lifetime> lifetimes = new ArrayList<>();
    values.forEach(
        (name, value) -> {
          if (name.equals(value.root()) && value.inWorkspace()) {
            lifetimes.add(
                new Lifetime(name, value.type(), first.get(name), last.getOrDefault(name, 0)));
          }
        });
    return lifetimes;
  }
}
