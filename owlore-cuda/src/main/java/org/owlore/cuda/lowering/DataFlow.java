package org.owlore.cuda.lowering;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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

  DataFlow(PlanArrays arrays) {
    this.arrays = arrays;
    arrays.getMakers().forEach((name, maker) -> note(name, Reads.of(arrays, maker)));
    arrays.getPlan().request().outputs().forEach(name -> shown.add(arrays.origin(name)));
    for (Step step : arrays.getPlan().steps()) {
      if (!(step instanceof Step.Compute)) {
        step.inputs().forEach(name -> shown.add(arrays.origin(name)));
      }
    }
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
