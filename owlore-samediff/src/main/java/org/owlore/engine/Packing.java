package org.owlore.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import lombok.NonNull;

/**
 * Puts pieces into one stretch of memory such that pieces in use at the same time never overlap.
 *
 * <p>Largest first, each at the lowest offset that is free during its whole life.
 */
public final class Packing {
  private final Map<String, Long> offsets = new HashMap<>();
  private final List<Placed> placed = new ArrayList<>();
  private long length;

  /**
   * Something that needs room for a while.
   *
   * @param name of the piece
   * @param length how much room, in any unit
   * @param first the first step at which it is in use
   * @param last the last step at which it is in use
   */
  public record Piece(@NonNull String name, long length, int first, int last) {
    private boolean overlaps(Piece other) {
      return first <= other.last && other.first <= last;
    }
  }

  private record Placed(Piece piece, long offset, long end) {}

  /** Packs pieces; their lengths are multiples of the alignment that is wanted. */
  public Packing(@NonNull Collection<Piece> pieces) {
    pieces.stream().sorted(Comparator.comparingLong(Piece::length).reversed()).forEach(this::place);
  }

  /** Where each piece begins. */
  public Map<String, Long> offsets() {
    return offsets;
  }

  /** Where the last piece ends. */
  public long length() {
    return length;
  }

  private void place(Piece piece) {
    long offset = 0;
    for (Placed other : placed) {
      if (other.offset() >= offset + piece.length()) {
        break;
      }
      if (other.piece().overlaps(piece)) {
        offset = Math.max(offset, other.end());
      }
    }
    int position = 0;
    while (position < placed.size() && placed.get(position).offset() < offset) {
      position++;
    }
    placed.add(position, new Placed(piece, offset, offset + piece.length()));
    offsets.put(piece.name(), offset);
    length = Math.max(length, offset + piece.length());
  }
}
