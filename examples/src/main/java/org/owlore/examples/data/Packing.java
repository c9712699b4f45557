package org.owlore.examples.data;

import java.util.ArrayList;
import java.util.List;

/**
 * Puts several rows into one while they fit, in their order. Document numbers keep them apart, so
 * that no token sees a token of another document.
 */
final class Packing {
  private Packing() {}

  static List<TokenRow> pack(List<TokenRow> rows, int maximumLength) {
    List<TokenRow> packed = new ArrayList<>();
    List<TokenRow> open = new ArrayList<>();
    int length = 0;
    for (TokenRow row : rows) {
      if (!open.isEmpty() && length + row.length() > maximumLength) {
        packed.add(TokenRow.packed(open));
        open.clear();
        length = 0;
      }
      open.add(row);
      length += row.length();
    }
    if (!open.isEmpty()) {
      packed.add(TokenRow.packed(open));
    }
    return packed;
  }
}
