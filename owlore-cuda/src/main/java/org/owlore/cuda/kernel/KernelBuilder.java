package org.owlore.cuda.kernel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import lombok.NonNull;

/** Puts a kernel together; equal terms are kept once. */
public final class KernelBuilder {
  private final String name;
  private final List<Long> rows;
  private final List<Long> columns;
  private final List<Kernel.Parameter> parameters = new ArrayList<>();
  private final List<Term> terms = new ArrayList<>();
  private final Map<Term, Integer> numbers = new HashMap<>();
  private final List<Kernel.Store> stores = new ArrayList<>();
  private int guard = Term.NONE;

  /**
   * A kernel over a space.
   *
   * @param name letters, digits and underscores
   * @param rows lengths of the dimensions of the rows
   * @param columns lengths of the dimensions that reductions run over; empty for none
   */
  public KernelBuilder(
      @NonNull String name, @NonNull List<Long> rows, @NonNull List<Long> columns) {
    this.name = name;
    this.rows = List.copyOf(rows);
    this.columns = List.copyOf(columns);
  }

  /** The position along each dimension: the rows' first, then the columns'. */
  public List<Index> position() {
    List<Index> position = new ArrayList<>();
    for (long extent : rows) {
      position.add(Index.dimension(position.size(), extent));
    }
    for (long extent : columns) {
      position.add(Index.dimension(position.size(), extent));
    }
    return position;
  }

  /** The element of a contiguous array that has the shape of the whole space. */
  public Index element() {
    List<Long> shape = new ArrayList<>(rows);
    shape.addAll(columns);
    return linear(shape, position());
  }

  /** The element at some coordinates of a contiguous array. */
  public static Index linear(@NonNull List<Long> shape, @NonNull List<Index> coordinates) {
    Index element = Index.ZERO;
    for (int axis = 0; axis < shape.size(); axis++) {
      element = element.times(shape.get(axis)).plus(coordinates.get(axis));
    }
    return element;
  }

  /** Adds memory that the kernel works on; returns its number. */
  public int parameter(@NonNull NumberType type, boolean written) {
    parameters.add(new Kernel.Parameter(type, written));
    return parameters.size() - 1;
  }

  /** A real number. */
  public int real(double value) {
    return add(new Term.RealConstant(value));
  }

  /** A whole number. */
  public int integer(long value) {
    return add(new Term.IntegerConstant(value));
  }

  /** A position, as an integer. */
  public int position(@NonNull Index index) {
    return add(new Term.Position(index));
  }

  /** Whether a position is within bounds. */
  public int inside(@NonNull Index index, long from, long until) {
    return add(new Term.Inside(index, from, until));
  }

  /** A number from memory, under the current guard. */
  public int load(int parameter, @NonNull Index index) {
    return load(parameter, index, Term.NONE, 0);
  }

  /** A number from memory whose place depends on a term, under the current guard. */
  public int load(int parameter, @NonNull Index index, int row, long rowStride) {
    return add(new Term.Load(parameter, index, row, rowStride, guard));
  }

  /** A function of terms. */
  public int apply(@NonNull Function function, @NonNull Integer... arguments) {
    if (arguments.length != function.getArity()) {
      throw new IllegalArgumentException(
          "Function %s takes %d arguments, but was given %d."
              .formatted(function, function.getArity(), arguments.length));
    }
    return add(new Term.Apply(function, List.of(arguments)));
  }

  /** One number for each row. */
  public int reduce(@NonNull Reduction reduction, int argument) {
    return add(new Term.Reduce(reduction, argument));
  }

  /**
   * What loads depend on from now on, besides what they depend on already; returns the guard
   * before.
   */
  public int enterGuard(int truth) {
    int before = guard;
    guard = guard == Term.NONE ? truth : apply(Function.AND, guard, truth);
    return before;
  }

  /** The truth that loads depend on, or {@link Term#NONE}. */
  public int guard() {
    return guard;
  }

  /** Ends a guard. */
  public void leaveGuard(int before) {
    guard = before;
  }

  /** Writes a term. */
  public void store(int parameter, @NonNull Index index, int term) {
    stores.add(new Kernel.Store(parameter, index, Term.NONE, 0, Term.NONE, false, term));
  }

  /** Writes a term where a truth holds. */
  public void storeWhere(int truth, int parameter, @NonNull Index index, int term) {
    stores.add(new Kernel.Store(parameter, index, Term.NONE, 0, truth, false, term));
  }

  /** Adds a term to the element of a row that another term names, where a truth holds. */
  public void addToRow(
      int truth, int parameter, @NonNull Index index, int row, long rowStride, int term) {
    stores.add(new Kernel.Store(parameter, index, row, rowStride, truth, true, term));
  }

  /** How many terms there are. */
  public int size() {
    return terms.size();
  }

  /** The kernel. */
  public Kernel build() {
    return new Kernel(name, rows, columns, parameters, terms, stores);
  }

  private int add(Term term) {
    return numbers.computeIfAbsent(
        term,
        fresh -> {
          terms.add(fresh);
          return terms.size() - 1;
        });
  }
}
