package org.owlore.cuda.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.owlore.cuda.device.Place;
import org.owlore.cuda.kernel.Kernel;
import org.owlore.cuda.kernel.NumberType;
import org.owlore.cuda.kernel.Reduction;
import org.owlore.cuda.kernel.Term;

/** A kernel made ready to run: term by term, for many points at a time. */
final class InterpretedKernel {
  private static final int POINTS = 1024;

  private final Kernel kernel;
  private final List<NumberType.Kind> kinds;
  private final List<Boolean> storesPerColumn = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();

  /** What is done for a batch of points. */
  @FunctionalInterface
  interface Step {
    void run(Batch batch);
  }

  /**
   * Makes a kernel ready.
   *
   * @throws IllegalArgumentException when a term is given what it cannot take
   */
  InterpretedKernel(Kernel kernel) {
    this.kernel = kernel;
    this.kinds = kernel.kinds();
    List<Boolean> perColumn = kernel.perColumn();
    kernel.stores().forEach(store -> storesPerColumn.add(kernel.isPerColumn(store, perColumn)));
    for (int number = 0; number < kernel.terms().size(); number++) {
      steps.add(step(number, kernel.terms().get(number)));
    }
    kernel.stores().forEach(this::check);
  }

  /** Runs it. */
  void run(List<Place> arguments) {
    if (kernel.reduces()) {
      int columns = Math.toIntExact(kernel.columnCount());
      Batch batch = new Batch(kernel, kinds, columns, arguments);
      for (long row = 0; row < kernel.rowCount(); row++) {
        run(batch, row * columns, columns);
      }
    } else {
      long rows = kernel.rowCount();
      Batch batch = new Batch(kernel, kinds, (int) Math.min(POINTS, rows), arguments);
      for (long row = 0; row < rows; row += POINTS) {
        run(batch, row, (int) Math.min(POINTS, rows - row));
      }
    }
  }

  private void run(Batch batch, long first, int points) {
    batch.moveTo(first, points);
    steps.forEach(step -> step.run(batch));
    for (int i = 0; i < kernel.stores().size(); i++) {
      boolean onceForAll = kernel.reduces() && !storesPerColumn.get(i);
      store(batch, kernel.stores().get(i), onceForAll ? 1 : points);
    }
  }

  private Step step(int number, Term term) {
    if (term instanceof Term.RealConstant constant) {
      return batch -> Arrays.fill(batch.reals[number], (float) constant.value());
    }
    if (term instanceof Term.IntegerConstant constant) {
      return batch -> Arrays.fill(batch.integers[number], constant.value());
    }
    if (term instanceof Term.Position position) {
      return batch ->
          System.arraycopy(batch.at(position.index()), 0, batch.integers[number], 0, batch.count);
    }
    if (term instanceof Term.Inside inside) {
      return batch -> {
        long[] positions = batch.at(inside.index());
        for (int i = 0; i < batch.count; i++) {
          batch.truths[number][i] = positions[i] >= inside.from() && positions[i] < inside.until();
        }
      };
    }
    if (term instanceof Term.Load load) {
      checkKinds(load.row(), load.guard());
      return batch -> load(batch, number, load);
    }
    if (term instanceof Term.Apply apply) {
      return InterpretedFunction.step(kernel.name(), number, apply, kinds);
    }
    Term.Reduce reduce = (Term.Reduce) term;
    check(kinds.get(reduce.argument()) == NumberType.Kind.REAL, "reduces what is no real");
    return batch -> reduce(batch, number, reduce);
  }

  private void load(Batch batch, int number, Term.Load load) {
    NumberType type = kernel.parameters().get(load.parameter()).type();
    InterpretedMemory memory = batch.memories[load.parameter()];
    long[] elements = batch.elements(load.index(), load.row(), load.rowStride());
    for (int i = 0; i < batch.count; i++) {
      boolean reads = load.guard() == Term.NONE || batch.truths[load.guard()][i];
      int place = reads ? batch.place(load.parameter(), elements[i]) : 0;
      switch (type.getKind()) {
        case REAL -> batch.reals[number][i] = reads ? memory.real(type, place) : 0;
        case INTEGER -> batch.integers[number][i] = reads ? memory.integer(type, place) : 0;
        default -> batch.truths[number][i] = reads && memory.truth(place);
      }
    }
  }

  private void store(Batch batch, Kernel.Store store, int points) {
    NumberType type = kernel.parameters().get(store.parameter()).type();
    InterpretedMemory memory = batch.memories[store.parameter()];
    long[] elements = batch.elements(store.index(), store.row(), store.rowStride());
    for (int i = 0; i < points; i++) {
      if (store.guard() != Term.NONE && !batch.truths[store.guard()][i]) {
        continue;
      }
      int place = batch.place(store.parameter(), elements[i]);
      switch (type.getKind()) {
        case REAL -> {
          float value = batch.reals[store.term()][i];
          memory.putReal(type, place, store.adds() ? memory.real(type, place) + value : value);
        }
        case INTEGER -> memory.putInteger(type, place, batch.integers[store.term()][i]);
        default -> memory.putTruth(place, batch.truths[store.term()][i]);
      }
    }
  }

  private static void reduce(Batch batch, int number, Term.Reduce reduce) {
    float[] values = batch.reals[reduce.argument()];
    if (reduce.reduction() == Reduction.INDEX_OF_MAXIMUM) {
      long first = 0;
      for (int i = 1; i < batch.count; i++) {
        first = values[i] > values[(int) first] ? i : first;
      }
      Arrays.fill(batch.integers[number], first);
    } else {
      Arrays.fill(batch.reals[number], reduced(reduce.reduction(), values, 0, batch.count));
    }
  }

  /** As a tree, like hardware. */
  private static float reduced(Reduction reduction, float[] values, int from, int until) {
    if (until - from == 1) {
      return values[from];
    }
    int middle = (from + until) >>> 1;
    float left = reduced(reduction, values, from, middle);
    float right = reduced(reduction, values, middle, until);
    return switch (reduction) {
      case SUM -> left + right;
      case PRODUCT -> left * right;
      case MAXIMUM -> InterpretedFunction.maximum(left, right);
      default -> InterpretedFunction.minimum(left, right);
    };
  }

  private void check(Kernel.Store store) {
    Kernel.Parameter parameter = kernel.parameters().get(store.parameter());
    checkKinds(store.row(), store.guard());
    check(parameter.written(), "stores to parameter " + store.parameter() + ", which is only read");
    check(
        kinds.get(store.term()) == parameter.type().getKind(),
        "stores %s as %s".formatted(kinds.get(store.term()), parameter.type()));
    check(
        !store.adds() || parameter.type() == NumberType.FLOAT32,
        "adds to numbers of type " + parameter.type());
  }

  private void checkKinds(int row, int guard) {
    check(
        row == Term.NONE || kinds.get(row) == NumberType.Kind.INTEGER,
        "has a row that is no integer");
    check(
        guard == Term.NONE || kinds.get(guard) == NumberType.Kind.TRUTH,
        "has a guard that is no truth");
  }

  private void check(boolean good, String fault) {
    if (!good) {
      throw new IllegalArgumentException("Kernel %s %s.".formatted(kernel.name(), fault));
    }
  }
}
