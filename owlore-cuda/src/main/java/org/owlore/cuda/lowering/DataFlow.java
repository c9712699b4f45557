package org.owlore.cuda.lowering;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.owlore.cuda.lowering.operations.Meaning;
import org.owlore.engine.Step;

/** Which array of a plan is made of which; views looked through. */
final class DataFlow {
  private final PlanArrays arrays;
  private final Map<String, Reads> reads = new LinkedHashMap<>();
  private final Map<String, Set<String>> readers = new HashMap<>();

  /** Arrays that are returned, shown or handed to the optimizer. */
  private final Set<String> shown = new HashSet<>();

  /** For each weight and gradient that the optimizer is handed, at which step of the plan. */
  private final Map<String, Integer> updates = new HashMap<>();

  DataFlow(PlanArrays arrays) {
    this.arrays = arrays;
    arrays.getMakers().forEach((name, maker) -> note(name, Reads.of(arrays, maker)));
    arrays.getPlan().request().outputs().forEach(name -> shown.add(arrays.origin(name)));
    List<Step> steps = arrays.getPlan().steps();
    for (int i = 0; i < steps.size(); i++) {
      if (!(steps.get(i) instanceof Step.Compute)) {
        steps.get(i).inputs().forEach(name -> shown.add(arrays.origin(name)));
      }
      if (steps.get(i) instanceof Step.Update update) {
        updates.put(update.variable(), i);
        updates.put(arrays.origin(update.gradient()), i);
      }
    }
  }

  /** The step of the plan from which on a weight or gradient is no longer what it was. */
  int update(String name) {
    return updates.getOrDefault(name, Integer.MAX_VALUE);
  }

  private void note(String name, Reads read) {
    reads.put(name, read);
    read.origins()
        .forEach(origin -> readers.computeIfAbsent(origin, o -> new LinkedHashSet<>()).add(name));
  }

  /** The arrays that operations make, in the plan's order. */
  Set<String> made() {
    return reads.keySet();
  }

  /** What an array that an operation makes is made of. */
  Set<String> sources(String name) {
    return reads.get(name).origins();
  }

  /** Those of its sources that must lie in memory. */
  Set<String> sourcesInMemory(String name) {
    return reads.get(name).originsInMemory();
  }

  /** The arrays that are made of one. */
  Set<String> readers(String name) {
    return readers.getOrDefault(name, Set.of());
  }

  /** Whether more than operations reads an array. */
  boolean isShown(String name) {
    return shown.contains(name);
  }

  boolean isPointwise(String name) {
    PlanArrays.Maker maker = arrays.maker(name);
    return maker != null && maker.meaning() instanceof Meaning.Pointwise;
  }

  boolean isProduct(String name) {
    PlanArrays.Maker maker = arrays.maker(name);
    return maker != null && maker.meaning() instanceof Meaning.Product;
  }

  /** The elementwise arrays on the ways from one array, without it, to another, with it. */
  Set<String> between(String start, String end) {
    Set<String> leading = new LinkedHashSet<>();
    leads(end, start, leading, new HashMap<>());
    return leading;
  }

  private boolean leads(
      String name, String start, Set<String> leading, Map<String, Boolean> known) {
    if (name.equals(start)) {
      return true;
    }
    Boolean before = known.get(name);
    if (before != null) {
      return before;
    }
    boolean leads = false;
    if (isPointwise(name)) {
      for (String source : sources(name)) {
        leads |= leads(source, start, leading, known);
      }
    }
    known.put(name, leads);
    if (leads) {
      leading.add(name);
    }
    return leads;
  }

  /** What some arrays are made of, without themselves. */
  Set<String> sourcesBeside(Set<String> made) {
    Set<String> beside = new LinkedHashSet<>();
    made.forEach(name -> beside.addAll(sources(name)));
    beside.removeAll(made);
    return beside;
  }
}
