package org.owlore.cuda.source;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.owlore.cuda.kernel.Kernel;
import org.owlore.cuda.kernel.Term;

/** Which terms of a kernel need which, and how many reductions lie one above the other. */
final class TermOrder {
  private final Kernel kernel;
  private final List<Boolean> perColumn;
  private final int[] level;
  private final BitSet needed;

  TermOrder(Kernel kernel) {
    this.kernel = kernel;
    this.perColumn = kernel.perColumn();
    this.level = new int[kernel.terms().size()];
    for (int term = 0; term < level.length; term++) {
      int above = operands(kernel.terms().get(term)).map(operand -> level[operand]).max().orElse(0);
      level[term] = isReduction(term) ? above + 1 : above;
    }
    this.needed =
        closure(kernel.stores().stream().flatMapToInt(TermOrder::operands).toArray(), term -> true);
  }

  /** How many passes over the columns must be done before everything can be written. */
  int passes() {
    return needed.stream().map(term -> level[term]).max().orElse(0);
  }

  /** The reductions of a pass, counted from 1. */
  List<Integer> reductions(int pass) {
    return needed.stream().filter(t -> isReduction(t) && level[t] == pass).boxed().toList();
  }

  /** Terms that are one for a row and can be computed after a pass. */
  List<Integer> rowTerms(int pass) {
    return needed.stream()
        .filter(term -> !isReduction(term) && !perColumn.get(term) && level[term] == pass)
        .boxed()
        .toList();
  }

  /** Terms that differ between columns and are needed for what some reductions take. */
  List<Integer> columnTermsOf(List<Integer> reductions) {
    return columnTerms(
        reductions.stream().flatMapToInt(t -> operands(kernel.terms().get(t))).toArray());
  }

  /** Terms that differ between columns and are needed for what is written. */
  List<Integer> columnTermsOfStores() {
    return columnTerms(columnStores().stream().flatMapToInt(TermOrder::operands).toArray());
  }

  /** What is written in every column. */
  List<Kernel.Store> columnStores() {
    return kernel.stores().stream().filter(s -> kernel.isPerColumn(s, perColumn)).toList();
  }

  /** What is written once for a row. */
  List<Kernel.Store> rowStores() {
    List<Kernel.Store> stores = new ArrayList<>(kernel.stores());
    stores.removeAll(columnStores());
    return stores;
  }

  private List<Integer> columnTerms(int... roots) {
    return closure(roots, perColumn::get).stream().boxed().toList();
  }

  /** The terms that some terms need, and those themselves, as far as they are of interest. */
  private BitSet closure(int[] roots, IntPredicate interesting) {
    BitSet terms = new BitSet();
    IntStream.of(roots).filter(interesting).forEach(terms::set);
    for (int term = terms.length() - 1; term >= 0; term = terms.previousSetBit(term - 1)) {
      operands(kernel.terms().get(term)).filter(interesting).forEach(terms::set);
    }
    return terms;
  }

  private boolean isReduction(int term) {
    return kernel.terms().get(term) instanceof Term.Reduce;
  }

  private static IntStream operands(Term term) {
    if (term instanceof Term.Load load) {
      return present(load.row(), load.guard());
    }
    if (term instanceof Term.Apply apply) {
      return apply.arguments().stream().mapToInt(Integer::intValue);
    }
    return term instanceof Term.Reduce reduce ? IntStream.of(reduce.argument()) : IntStream.empty();
  }

  private static IntStream operands(Kernel.Store store) {
    return present(store.row(), store.guard(), store.term());
  }

  private static IntStream present(int... terms) {
    return IntStream.of(terms).filter(term -> term != Term.NONE);
  }
}
