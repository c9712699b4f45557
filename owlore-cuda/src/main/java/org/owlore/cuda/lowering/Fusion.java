package org.owlore.cuda.lowering;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.owlore.engine.Step;

/**
 * Decides which arrays exist in memory. All others are made anew inside the kernels that read them:
 * elementwise steps that follow each other become one kernel, and what is cheap to make again from
 * one other array is not kept for the backward pass.
 */
final class Fusion {
  /** Operations that one array may stand for, inlined ones included. */
  private static final int LARGEST = 60;

  /** The same, where it is made more than once. */
  private static final int LARGEST_REPEATED = 24;

  /** Steps over which several inputs are kept alive in place of their one result. */
  private static final int FAR = 150;

  /** An array this many times shorter than what is made of it costs nothing to keep. */
  private static final long SMALL = 8;

  private final PlanArrays arrays;
  private final Products products;
  private final DataFlow flow;
  private final Set<String> stored = new HashSet<>();
  private final Map<String, Inlined> inlined = new HashMap<>();

  /** What an array that is not in memory is made of: how many operations, from which arrays. */
  private record Inlined(int size, Set<String> sources) {}

  private Fusion(PlanArrays arrays, Products products) {
    this.arrays = arrays;
    this.products = products;
    this.flow = new DataFlow(arrays);
    findRequired();
    flow.made().forEach(this::decide);
    storeWhatWouldBeReadTooLate();
  }

  /** The arrays that operations make and that are in memory. */
  static Set<String> stored(PlanArrays arrays, Products products) {
    return new Fusion(arrays, products).stored;
  }

  private void findRequired() {
    for (String name : flow.made()) {
      stored.addAll(flow.isProduct(name) ? products.operands(name) : flow.sourcesInMemory(name));
    }
    for (Step step : arrays.getPlan().steps()) {
      if (!(step instanceof Step.Compute)) {
        step.inputs().forEach(name -> stored.add(arrays.origin(name)));
      }
    }
    arrays.getPlan().request().outputs().forEach(name -> stored.add(arrays.origin(name)));
    stored.retainAll(arrays.getMakers().keySet());
  }

  private void decide(String name) {
    if (!flow.isPointwise(name)) {
      stored.add(name);
    }
    if (!stored.contains(name)) {
      Inlined made = inlined(name);
      if (mayBeInlined(name, made)) {
        inlined.put(name, made);
      } else {
        stored.add(name);
      }
    }
  }

  private Inlined inlined(String name) {
    int size = 1;
    Set<String> sources = new HashSet<>();
    for (String origin : flow.sources(name)) {
      Inlined input = inlined.get(origin);
      size += input == null ? 0 : input.size;
      sources.addAll(input == null ? Set.of(origin) : input.sources);
    }
    return new Inlined(size, sources);
  }

  private boolean mayBeInlined(String name, Inlined made) {
    List<String> users = List.copyOf(flow.readers(name));
    long large =
        made.sources.stream()
            .filter(source -> arrays.type(source).length() * SMALL > arrays.type(name).length())
            .count();
    if (users.size() <= 1) {
      return made.size <= LARGEST && (large <= 1 || distance(name, users) <= FAR);
    }
    return made.size <= LARGEST_REPEATED && large <= 1;
  }

  private int distance(String name, List<String> users) {
    return users.isEmpty()
        ? 0
        : arrays.maker(users.get(0)).position() - arrays.maker(name).position();
  }

  /**
   * Weights and gradients change when the optimizer is handed them: what is made of one must be in
   * memory before, if it is read after.
   */
  private void storeWhatWouldBeReadTooLate() {
    Map<String, Integer> lastRead = new HashMap<>();
    List<String> backwards = new ArrayList<>(flow.made());
    Collections.reverse(backwards);
    for (String name : backwards) {
      if (!stored.contains(name)) {
        int last = lastRead(name, lastRead);
        lastRead.put(name, last);
        boolean late =
            inlined.get(name).sources.stream().anyMatch(source -> flow.update(source) < last);
        if (late) {
          stored.add(name);
        }
      }
    }
  }

  private int lastRead(String name, Map<String, Integer> known) {
    return flow.readers(name).stream()
        .mapToInt(
            reader ->
                stored.contains(reader)
                    ? arrays.maker(reader).position()
                    : known.getOrDefault(reader, 0))
        .max()
        .orElse(0);
  }
}
