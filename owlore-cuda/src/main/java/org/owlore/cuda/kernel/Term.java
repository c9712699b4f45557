package org.owlore.cuda.kernel;

import java.util.List;
import lombok.NonNull;

/** One value of a kernel; refers to earlier ones by their number. */
public sealed interface Term {
  /** In place of the number of a term: none. */
  int NONE = -1;

  /**
   * A real number.
   *
   * @param value rounded to float32
   */
  record RealConstant(double value) implements Term {}

  /**
   * A whole number.
   *
   * @param value of 64 bits
   */
  record IntegerConstant(long value) implements Term {}

  /**
   * A position in the kernel's space, as an integer.
   *
   * @param index may be negative
   */
  record Position(@NonNull Index index) implements Term {}

  /**
   * Whether a position is within bounds: a truth.
   *
   * @param index may be negative
   * @param from the first position within
   * @param until the first position beyond
   */
  record Inside(@NonNull Index index, long from, long until) implements Term {}

  /**
   * A number from memory; 0 where the guard does not hold, in which case nothing is read.
   *
   * @param parameter which of the kernel's parameters
   * @param index the element
   * @param row the number of an integer term that is multiplied and added to the index, or {@link
   *     #NONE}
   * @param rowStride what the row is multiplied by, elements
   * @param guard the number of a truth term, or {@link #NONE}
   */
  record Load(int parameter, @NonNull Index index, int row, long rowStride, int guard)
      implements Term {}

  /**
   * A function of earlier terms.
   *
   * @param function what is computed
   * @param arguments their numbers
   */
  record Apply(@NonNull Function function, @NonNull List<Integer> arguments) implements Term {

    /** Copies the list. */
    public Apply {
      arguments = List.copyOf(arguments);
    }
  }

  /**
   * One number for all columns of a row; must not depend on another one that depends on it.
   *
   * @param reduction how
   * @param argument the number of the term that is reduced: a real
   */
  record Reduce(@NonNull Reduction reduction, int argument) implements Term {}
}
