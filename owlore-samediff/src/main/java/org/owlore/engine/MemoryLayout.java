package org.owlore.engine;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.buffer.DataType;

/** Gives every array of the workspace a place in the arena of its element type. */
final class MemoryLayout {
  private static final long ALIGNMENT_BYTES = 64;

  private final Map<String, Long> offsets = new HashMap<>();
  private final Map<DataType, Long> lengths = new EnumMap<>(DataType.class);

  MemoryLayout(List<Lifetime> lifetimes) {
    lifetimes.stream()
        .collect(
            Collectors.groupingBy(
                life -> life.type().dataType(),
                Collectors.mapping(MemoryLayout::piece, Collectors.toList())))
        .forEach(
            (type, pieces) -> {
              Packing packing = new Packing(pieces);
              offsets.putAll(packing.offsets());
              lengths.put(type, packing.length());
            });
  }

  /** First element of each array within the arena of its type. */
  Map<String, Long> offsets() {
    return offsets;
  }

  /** Length of each type's arena, in elements. */
  Map<DataType, Long> lengths() {
    return lengths;
  }

  private static Packing.Piece piece(Lifetime life) {
    return new Packing.Piece(life.name(), aligned(life.type()), life.firstStep(), life.lastStep());
  }

  private static long aligned(ArrayType type) {
    long unit = ALIGNMENT_BYTES / Math.max(1, type.dataType().width());
    return Math.max(1, (type.length() + unit - 1) / unit) * unit;
  }
}
