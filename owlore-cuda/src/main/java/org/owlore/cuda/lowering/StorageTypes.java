package org.owlore.cuda.lowering;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import lombok.RequiredArgsConstructor;
import org.owlore.cuda.kernel.NumberType;
import org.owlore.cuda.lowering.operations.Meaning;
import org.owlore.cuda.program.Precision;
import org.owlore.engine.Step;

/** Decides how each array in memory is stored. */
@RequiredArgsConstructor
final class StorageTypes {
  private final PlanArrays arrays;
  private final Products products;
  private final Precision precision;
  private final Set<String> stored;

  /** How the given arrays and all inputs are stored. */
  Storage decide() {
    Map<String, NumberType> types = new HashMap<>();
    Set<String> narrow = precision == Precision.BF16 ? narrow() : Set.of();
    for (String name : stored) {
      NumberType type = NumberType.of(arrays.type(name).dataType());
      types.put(
          name, type == NumberType.FLOAT32 && narrow.contains(name) ? NumberType.BFLOAT16 : type);
    }
    inputs().forEach(name -> types.put(name, NumberType.of(arrays.type(name).dataType())));
    return new Storage(stored, types);
  }

  /** What large products read and make, unless it needs all its digits. */
  private Set<String> narrow() {
    Set<String> narrow = new HashSet<>();
    arrays
        .getMakers()
        .forEach(
            (name, maker) -> {
              if (maker.meaning() instanceof Meaning.Product && products.isLarge(name)) {
                narrow.add(name);
                narrow.addAll(products.operands(name));
              } else if (maker.meaning() instanceof Meaning.Attention attention) {
                narrow.add(name);
                narrow.addAll(attention.operands());
              }
            });
    narrow.removeAll(exact());
    return narrow;
  }

  /** Gradients of weights, what is shown or returned, what is scattered into, logits. */
  private Set<String> exact() {
    Set<String> exact = new HashSet<>();
    for (Step step : arrays.getPlan().steps()) {
      if (!(step instanceof Step.Compute compute)) {
        step.inputs().forEach(name -> exact.add(arrays.origin(name)));
      } else if (compute.operation().is("argmax")) {
        exact.add(arrays.origin(compute.inputs().get(0)));
      } else if (isScatter(compute)) {
        exact.add(arrays.origin(compute.inputs().get(0)));
        exact.addAll(compute.outputs());
      }
    }
    arrays.getPlan().request().outputs().forEach(name -> exact.add(arrays.origin(name)));
    return exact;
  }

  private boolean isScatter(Step.Compute compute) {
    PlanArrays.Maker maker = arrays.maker(compute.outputs().get(0));
    return maker != null && maker.meaning() instanceof Meaning.Scatter;
  }

  /** Every array that no operation makes and something reads. */
  private Set<String> inputs() {
    Set<String> inputs = new HashSet<>();
    for (Step step : arrays.getPlan().steps()) {
      step.inputs().forEach(name -> inputs.add(arrays.origin(name)));
      if (step instanceof Step.Update update) {
        inputs.add(update.variable());
      }
    }
    arrays.getPlan().request().outputs().forEach(name -> inputs.add(arrays.origin(name)));
    inputs.removeIf(name -> arrays.maker(name) != null);
    return inputs;
  }
}
