package org.owlore.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Gives every array of the workspace a place such that arrays alive at the same time never overlap.
 *
 * <p>Largest first, each at the lowest offset that is free during its whole life.
 */
final class MemoryLayout {
  private static final long ALIGNMENT_BYTES = 64;

  private final Map<String, Long> offsets = new HashMap<>();
  private final Map<DataType, Long> lengths = new HashMap<>();

  MemoryLayout(List<Lifetime> lifetimes) {
    Map<DataType, List<Placed>> arenas = new HashMap<>();
    lifetimes.stream()
        .sorted(Comparator.comparingLong((Lifetime life) -> life.type().length()).reversed())
        .forEach(
            life ->
                place(
                    life, arenas.computeIfAbsent(life.type().dataType(), t -> new ArrayList<>())));
  }

  /** First element of each array within the arena of its type. */
  Map<String, Long> offsets() {
    return offsets;
  }

  /** Length of each type's arena, in elements. */
  Map<DataType, Long> lengths() {
    return lengths;
  }

  private record Placed(Lifetime life, long offset, long end) {}

  private void place(Lifetime life, List<Placed> arena) {
    long length = aligned(life.type());
    long offset = 0;
    int position = 0;
    for (int i = 0; i < arena.size(); i++) {
      Placed other = arena.get(i);
      if (other.offset() >= offset + length) {
        break;
      }
      if (other.life().overlaps(life)) {
        offset = Math.max(offset, other.end());
      }
    }
    while (position < arena.size() && arena.get(position).offset() < offset) {
      position++;
    }
    arena.add(position, new Placed(life, offset, offset + length));
    offsets.put(life.name(), offset);
    lengths.merge(life.type().dataType(), offset + length, Math::max);
  }

  private static long aligned(ArrayType type) {
    long unit = ALIGNMENT_BYTES / Math.max(1, type.dataType().width());
    return Math.max(1, (type.length() + unit - 1) / unit) * unit;
  }
}
