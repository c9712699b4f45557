package org.owlore.cuda.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.owlore.cuda.kernel.Index;
import org.owlore.cuda.kernel.Kernel;
import org.owlore.cuda.kernel.Term;

/**
 * Positions in C++: in 32 bits where everything that can come up fits, since a device divides
 * 64-bit numbers slowly.
 *
 * @param wide whether 64 bits are needed
 */
record IndexText(boolean wide) {

  /** Room for the threads beyond the last point, which count on before they stop. */
  private static final long LIMIT = Integer.MAX_VALUE - (1L << 24);

  /** What a kernel needs. */
  static IndexText of(Kernel kernel) {
    Stream<Index> stored = kernel.stores().stream().map(Kernel.Store::index);
    long most = Math.max(kernel.rowCount(), kernel.columnCount());
    return of(most, kernel.terms().stream(), stored);
  }

  /** What some terms need where nothing is counted further than to a limit. */
  static IndexText of(long most, Stream<Term> terms, Stream<Index> others) {
    Stream<Index> indices =
        Stream.concat(terms.map(IndexText::index).filter(Objects::nonNull), others);
    return new IndexText(most > LIMIT || !indices.allMatch(IndexText::fits));
  }

  /** The type of positions. */
  String type() {
    return wide ? "integer" : "int";
  }

  /** A number. */
  String number(long value) {
    return wide ? value + "LL" : Long.toString(value);
  }

  /** An index as an expression of variables d0, d1, ... */
  String of(Index index) {
    List<String> summands = new ArrayList<>();
    for (Index.Part part : index.parts()) {
      String atom = of(part.atom());
      summands.add(part.factor() == 1 ? atom : atom + " * " + number(part.factor()));
    }
    if (index.offset() != 0 || summands.isEmpty()) {
      summands.add(number(index.offset()));
    }
    return String.join(" + ", summands);
  }

  /** The coordinates d{first}, d{first + 1}, ... of an element of a contiguous array. */
  List<String> coordinates(String element, List<Long> shape, int first) {
    List<String> lines = new ArrayList<>();
    long stride = 1;
    for (int axis = shape.size() - 1; axis >= 0; axis--) {
      String quotient = stride == 1 ? element : call("quotient", element, stride);
      String coordinate = axis == 0 ? quotient : call("remainder_of", quotient, shape.get(axis));
      lines.add(0, "const %s d%d = %s;".formatted(type(), first + axis, coordinate));
      stride *= shape.get(axis);
    }
    return lines;
  }

  private String of(Index.Atom atom) {
    if (atom instanceof Index.Dimension dimension) {
      return "d" + dimension.number();
    }
    if (atom instanceof Index.Quotient quotient) {
      String function = quotient.index().minimum() < 0 ? "floor_quotient" : "quotient";
      return call(function, of(quotient.index()), quotient.divisor());
    }
    Index.Remainder remainder = (Index.Remainder) atom;
    String function = remainder.index().minimum() < 0 ? "floor_remainder" : "remainder_of";
    return call(function, of(remainder.index()), remainder.divisor());
  }

  private String call(String function, String argument, long divisor) {
    return "%s(%s, %s)".formatted(function, argument, number(divisor));
  }

  private static Index index(Term term) {
    if (term instanceof Term.Position position) {
      return position.index();
    }
    if (term instanceof Term.Inside inside) {
      return inside.index();
    }
    return term instanceof Term.Load load ? load.index() : null;
  }

  private static boolean fits(Index index) {
    double largest = Math.abs((double) index.offset());
    for (Index.Part part : index.parts()) {
      Index.Atom atom = part.atom();
      double extreme =
          LongStream.of(atom.minimum(), atom.maximum()).mapToDouble(Math::abs).max().getAsDouble();
      largest += Math.abs((double) part.factor()) * extreme;
      if (Math.abs(part.factor()) > LIMIT || !fits(atom)) {
        return false;
      }
    }
    return largest <= LIMIT;
  }

  private static boolean fits(Index.Atom atom) {
    if (atom instanceof Index.Quotient quotient) {
      return quotient.divisor() <= LIMIT && fits(quotient.index());
    }
    if (atom instanceof Index.Remainder remainder) {
      return remainder.divisor() <= LIMIT && fits(remainder.index());
    }
    return true;
  }
}
