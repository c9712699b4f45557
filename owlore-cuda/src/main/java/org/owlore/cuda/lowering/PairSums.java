package org.owlore.cuda.lowering;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.owlore.cuda.lowering.PairProduct.Pairs;

/**
 * The products that read an array of all pairs.
 *
 * @param overColumns the one that sums over columns, or null
 * @param overRows the one that sums over rows, or null
 * @param others what else reads it
 * @param complete whether these are all products that do
 */
record PairSums(PairSum overColumns, PairSum overRows, Set<String> others, boolean complete) {

  /** What reads an array of all pairs. */
  static PairSums of(String array, Pairs pairs, DataFlow flow, Products products) {
    List<PairSum> sums = new ArrayList<>();
    Set<String> others = new LinkedHashSet<>();
    boolean understood = true;
    for (String reader : flow.readers(array)) {
      if (flow.isProduct(reader)) {
        Optional<PairSum> sum =
            PairSum.of(reader, array, products)
                .filter(found -> found.pairs().equals(pairs))
                .filter(found -> found.other().fits());
        sum.ifPresent(sums::add);
        understood &= sum.isPresent();
      } else {
        others.add(reader);
      }
    }
    PairSum overColumns = first(sums, true);
    PairSum overRows = first(sums, false);
    int known = (overColumns == null ? 0 : 1) + (overRows == null ? 0 : 1);
    return new PairSums(overColumns, overRows, others, understood && known == sums.size());
  }

  private static PairSum first(List<PairSum> sums, boolean overColumns) {
    return sums.stream().filter(sum -> sum.overColumns() == overColumns).findFirst().orElse(null);
  }
}
