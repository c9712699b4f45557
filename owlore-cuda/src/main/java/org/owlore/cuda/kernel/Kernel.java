package org.owlore.cuda.kernel;

import java.util.ArrayList;
import java.util.List;
import lombok.NonNull;

/**
 * What is done at each point of a space. The space has rows and columns, each of any number of
 * dimensions; a reduction makes one number of the columns of a row. Points are visited in any
 * order: no point reads what another one writes, unless as the element that it writes itself.
 *
 * <p>Equal kernels are the same machine code, whatever memory they are run on.
 *
 * @param name says what it is for, in letters, digits and underscores
 * @param rows lengths of the dimensions of the rows; numbered from 0
 * @param columns lengths of the dimensions of the columns, numbered on from the rows'; empty when
 *     nothing is reduced
 * @param parameters the memory that it works on
 * @param terms what is computed, each from earlier ones
 * @param stores what is written
 */
public record Kernel(
    @NonNull String name,
    @NonNull List<Long> rows,
    @NonNull List<Long> columns,
    @NonNull List<Parameter> parameters,
    @NonNull List<Term> terms,
    @NonNull List<Store> stores) {

  /**
   * Memory that a kernel works on.
   *
   * @param type of its numbers
   * @param written whether the kernel writes there
   */
  public record Parameter(@NonNull NumberType type, boolean written) {}

  /**
   * A number that is written; once a row if neither it nor its place depends on the columns.
   *
   * @param parameter which of the parameters
   * @param index the element
   * @param row the number of an integer term that is multiplied and added to the index, or {@link
   *     Term#NONE}
   * @param rowStride what the row is multiplied by, elements
   * @param guard the number of a truth term: nothing is written where it does not hold; or {@link
   *     Term#NONE}
   * @param adds whether the term is added to what is there, also by several points to one element;
   *     float32 only, and rounded in no fixed order
   * @param term the number of the term that is written
   */
  public record Store(
      int parameter,
      @NonNull Index index,
      int row,
      long rowStride,
      int guard,
      boolean adds,
      int term) {}

  /** Copies the lists. */
  public Kernel {
    rows = List.copyOf(rows);
    columns = List.copyOf(columns);
    parameters = List.copyOf(parameters);
    terms = List.copyOf(terms);
    stores = List.copyOf(stores);
  }

  /** Number of rows. */
  public long rowCount() {
    return product(rows);
  }

  /** Number of columns in a row; 1 when nothing is reduced. */
  public long columnCount() {
    return product(columns);
  }

  /** Whether rows are reduced. */
  public boolean reduces() {
    return !columns.isEmpty();
  }

  /** For each term, whether its value differs between the columns of a row. */
  public List<Boolean> perColumn() {
    List<Boolean> perColumn = new ArrayList<>();
    for (Term term : terms) {
      perColumn.add(isPerColumn(term, perColumn));
    }
    return perColumn;
  }

  /** Whether a store's value or place differs between the columns of a row. */
  public boolean isPerColumn(@NonNull Store store, @NonNull List<Boolean> perColumn) {
    return perColumn.get(store.term())
        || store.index().dependsOnDimensionsFrom(rows.size())
        || isPerColumn(store.row(), perColumn)
        || isPerColumn(store.guard(), perColumn);
  }

  /** For each term, the kind of its value. */
  public List<NumberType.Kind> kinds() {
    List<NumberType.Kind> kinds = new ArrayList<>();
    for (Term term : terms) {
      kinds.add(kind(term, kinds));
    }
    return kinds;
  }

  private boolean isPerColumn(Term term, List<Boolean> perColumn) {
    if (term instanceof Term.Position position) {
      return position.index().dependsOnDimensionsFrom(rows.size());
    }
    if (term instanceof Term.Inside inside) {
      return inside.index().dependsOnDimensionsFrom(rows.size());
    }
    if (term instanceof Term.Load load) {
      return load.index().dependsOnDimensionsFrom(rows.size())
          || isPerColumn(load.row(), perColumn)
          || isPerColumn(load.guard(), perColumn);
    }
    return term instanceof Term.Apply apply && apply.arguments().stream().anyMatch(perColumn::get);
  }

  private static boolean isPerColumn(int term, List<Boolean> perColumn) {
    return term != Term.NONE && perColumn.get(term);
  }

  private NumberType.Kind kind(Term term, List<NumberType.Kind> kinds) {
    if (term instanceof Term.IntegerConstant || term instanceof Term.Position) {
      return NumberType.Kind.INTEGER;
    }
    if (term instanceof Term.Inside) {
      return NumberType.Kind.TRUTH;
    }
    if (term instanceof Term.Load load) {
      return parameters.get(load.parameter()).type().getKind();
    }
    if (term instanceof Term.Apply apply) {
      List<Integer> arguments = apply.arguments();
      return apply
          .function()
          .resultKind(
              kinds.get(arguments.get(0)), kinds.get(arguments.get(arguments.size() > 1 ? 1 : 0)));
    }
    boolean position =
        term instanceof Term.Reduce reduce && reduce.reduction() == Reduction.INDEX_OF_MAXIMUM;
    return position ? NumberType.Kind.INTEGER : NumberType.Kind.REAL;
  }

  private static long product(List<Long> extents) {
    return extents.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
  }
}
