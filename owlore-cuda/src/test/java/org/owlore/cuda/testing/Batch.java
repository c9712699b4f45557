package org.owlore.cuda.testing;

import java.util.Arrays;
import java.util.List;
import org.owlore.cuda.device.Place;
import org.owlore.cuda.kernel.Index;
import org.owlore.cuda.kernel.Kernel;
import org.owlore.cuda.kernel.NumberType;

/** Some consecutive points of a kernel's space, and the values of all terms there. */
final class Batch {
  private final Kernel kernel;
  final long[][] positions;
  final float[][] reals;
  final long[][] integers;
  final boolean[][] truths;
  final InterpretedMemory[] memories;
  final long[] offsets;
  int count;

  Batch(Kernel kernel, List<NumberType.Kind> kinds, int capacity, List<Place> arguments) {
    this.kernel = kernel;
    positions = new long[kernel.rows().size() + kernel.columns().size()][capacity];
    reals = new float[kinds.size()][];
    integers = new long[kinds.size()][];
    truths = new boolean[kinds.size()][];
    for (int term = 0; term < kinds.size(); term++) {
      switch (kinds.get(term)) {
        case REAL -> reals[term] = new float[capacity];
        case INTEGER -> integers[term] = new long[capacity];
        default -> truths[term] = new boolean[capacity];
      }
    }
    memories = new InterpretedMemory[arguments.size()];
    offsets = new long[arguments.size()];
    for (int i = 0; i < memories.length; i++) {
      memories[i] = (InterpretedMemory) arguments.get(i).memory();
      offsets[i] = arguments.get(i).offset();
    }
  }

  /** Goes to some points of the space in row-major order. */
  void moveTo(long first, int points) {
    count = points;
    for (int i = 0; i < points; i++) {
      long rest = first + i;
      for (int dimension = positions.length - 1; dimension >= 0; dimension--) {
        long extent = extent(dimension);
        positions[dimension][i] = rest % extent;
        rest /= extent;
      }
    }
  }

  private long extent(int dimension) {
    int rows = kernel.rows().size();
    return dimension < rows ? kernel.rows().get(dimension) : kernel.columns().get(dimension - rows);
  }

  /** The values of an index at all points. */
  long[] at(Index index) {
    long[] values = new long[count];
    Arrays.fill(values, index.offset());
    for (Index.Part part : index.parts()) {
      long[] atoms = at(part.atom());
      for (int i = 0; i < count; i++) {
        values[i] += part.factor() * atoms[i];
      }
    }
    return values;
  }

  private long[] at(Index.Atom atom) {
    if (atom instanceof Index.Dimension dimension) {
      return positions[dimension.number()];
    }
    if (atom instanceof Index.Quotient quotient) {
      long[] values = at(quotient.index());
      for (int i = 0; i < count; i++) {
        values[i] = Math.floorDiv(values[i], quotient.divisor());
      }
      return values;
    }
    Index.Remainder remainder = (Index.Remainder) atom;
    long[] values = at(remainder.index());
    for (int i = 0; i < count; i++) {
      values[i] = Math.floorMod(values[i], remainder.divisor());
    }
    return values;
  }

  /** The element at each point: an index, and a multiple of an integer term if there is one. */
  long[] elements(Index index, int row, long rowStride) {
    long[] elements = at(index);
    if (row >= 0) {
      for (int i = 0; i < count; i++) {
        elements[i] += integers[row][i] * rowStride;
      }
    }
    return elements;
  }

  /** Where an element of a parameter lies in its memory. */
  int place(int parameter, long element) {
    int width = kernel.parameters().get(parameter).type().getWidth();
    long offset = offsets[parameter] + element * width;
    if (element < 0 || !memories[parameter].holds(offset, width)) {
      throw new IndexOutOfBoundsException(
          "Kernel %s touches element %d of parameter %d, which begins at byte %d of the %d bytes of %s."
              .formatted(
                  kernel.name(),
                  element,
                  parameter,
                  offsets[parameter],
                  memories[parameter].bytes(),
                  memories[parameter]));
    }
    return (int) offset;
  }
}
