package org.owlore.cuda.program;

import lombok.NonNull;
import org.owlore.cuda.kernel.NumberType;

/**
 * An array of a program; contiguous, row by row.
 *
 * @param name as in the plan
 * @param type how its numbers are stored
 * @param length number of elements
 * @param home where its memory is
 * @param offset its first byte within the arena; 0 elsewhere
 */
public record DeviceArray(
    @NonNull String name, @NonNull NumberType type, long length, @NonNull Home home, long offset) {

  /** Its size. */
  public long bytes() {
    return Math.multiplyExact(length, type.getWidth());
  }

  /** Where an array's memory is. */
  public enum Home {
    /** A variable or constant of the graph, resident on the device. */
    GRAPH,
    /** A value that was computed when the plan was compiled, resident on the device. */
    CONSTANT,
    /** Within the arena, filled from the caller's array before a run. */
    PLACEHOLDER,
    /** Within the arena, filled by an instruction. */
    ARENA
  }
}
