package org.owlore.engine;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a plan holds in the workspace at the step where it holds most, in bytes: no arrangement of
 * the same steps could do with less.
 *
 * @param activations results of the forward pass that the backward pass reads
 * @param gradients gradients of weights
 * @param temporaries everything else
 * @param mostActivations activations where they are most, which may be at another step
 */
public record PlanMemory(long activations, long gradients, long temporaries, long mostActivations) {

  /** All of it. */
  public long total() {
    return activations + gradients + temporaries;
  }

  private enum Category {
    ACTIVATION,
    GRADIENT,
    TEMPORARY
  }

  /** Adds up what is alive at each step. */
  static PlanMemory of(
      List<Step> steps, Map<String, Value> values, PlanRequest request, List<Lifetime> lifetimes) {
    int turn = request.trained().isEmpty() ? steps.size() : forwardEnd(steps, request.outputs());
    Set<String> gradients = gradientRoots(steps, values);
    long[][] bytes = new long[Category.values().length][steps.size() + 2];
    for (Lifetime life : lifetimes) {
      long[] changes = bytes[category(life, turn, gradients).ordinal()];
      changes[life.firstStep()] += life.type().bytes();
      changes[life.lastStep() + 1] -= life.type().bytes();
    }
    return largest(bytes);
  }

  private static PlanMemory largest(long[][] changes) {
    long[] now = new long[changes.length];
    PlanMemory largest = new PlanMemory(0, 0, 0, 0);
    long mostActivations = 0;
    for (int step = 0; step < changes[0].length; step++) {
      for (int category = 0; category < now.length; category++) {
        now[category] += changes[category][step];
      }
      PlanMemory here = new PlanMemory(now[0], now[1], now[2], now[0]);
      mostActivations = Math.max(mostActivations, now[0]);
      largest = here.total() > largest.total() ? here : largest;
    }
    return new PlanMemory(
        largest.activations, largest.gradients, largest.temporaries, mostActivations);
  }

  private static Category category(Lifetime life, int turn, Set<String> gradients) {
    if (gradients.contains(life.name())) {
      return Category.GRADIENT;
    }
    boolean crosses = life.firstStep() <= turn && life.lastStep() > turn;
    return crosses ? Category.ACTIVATION : Category.TEMPORARY;
  }

  /** The step after which all outputs exist, the loss among them. */
  private static int forwardEnd(List<Step> steps, List<String> outputs) {
    Set<String> missing = new HashSet<>(outputs);
    int end = 0;
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i) instanceof Step.Compute compute
          && compute.outputs().stream().anyMatch(missing::remove)) {
        end = i;
      }
    }
    return end;
  }

  private static Set<String> gradientRoots(List<Step> steps, Map<String, Value> values) {
    Set<String> roots = new HashSet<>();
    for (Step step : steps) {
      if (step instanceof Step.Update update) {
        roots.add(values.get(update.gradient()).root());
      }
    }
    return roots;
  }
}
