package org.owlore.cuda.source;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.owlore.cuda.kernel.Kernel;
import org.owlore.cuda.kernel.NumberType;
import org.owlore.cuda.kernel.NumberType.Kind;
import org.owlore.cuda.kernel.Term;

/** Terms and stores of a kernel in C++: term 3 is the variable t3. */
final class TermText {
  private final Kernel kernel;
  private final IndexText indices;
  private final List<String> given;
  private final List<Kind> kinds;

  TermText(Kernel kernel, IndexText indices) {
    this(kernel, indices, List.of());
  }

  /**
   * The text of a kernel whose first parameters are no memory.
   *
   * @param given the variables that hold what is read of them
   */
  TermText(Kernel kernel, IndexText indices, List<String> given) {
    this.kernel = kernel;
    this.indices = indices;
    this.given = given;
    this.kinds = kernel.kinds();
  }

  /** The declaration of a term's variable. */
  String declaration(int term) {
    return declaration(term, expression(kernel.terms().get(term)));
  }

  /** The declaration of a term's variable with a value made elsewhere. */
  String declaration(int term, String value) {
    return "const %s t%d = %s;".formatted(type(kinds.get(term)), term, value);
  }

  /** The statement that writes. */
  String statement(Kernel.Store store) {
    NumberType type = kernel.parameters().get(store.parameter()).type();
    String place =
        place(store.parameter(), indices.of(store.index()), store.row(), store.rowStride());
    String value = as(type.getKind(), store.term());
    String write = "%s(%s, %s);".formatted(store.adds() ? "atomicAdd" : "write", place, value);
    return store.guard() == Term.NONE
        ? write
        : "if (%s) { %s }".formatted(as(Kind.TRUTH, store.guard()), write);
  }

  /** A term's variable, converted if it is of another kind. */
  String as(Kind kind, int term) {
    if (kinds.get(term) == kind) {
      return "t" + term;
    }
    return "apply_to_%s(t%d)".formatted(kind.name().toLowerCase(Locale.ROOT), term);
  }

  /** The C++ type of numbers in memory. */
  static String type(NumberType type) {
    return switch (type) {
      case FLOAT32 -> "float";
      case BFLOAT16 -> "bfloat16";
      case FLOAT16 -> "float16";
      case INT32 -> "int";
      case INT64 -> "integer";
      case BOOLEAN -> "unsigned char";
    };
  }

  private String expression(Term term) {
    if (term instanceof Term.RealConstant constant) {
      return real((float) constant.value());
    }
    if (term instanceof Term.IntegerConstant constant) {
      return integer(constant.value());
    }
    if (term instanceof Term.Position position) {
      return indices.of(position.index());
    }
    if (term instanceof Term.Inside inside) {
      String position = "(integer)(" + indices.of(inside.index()) + ")";
      return "%s >= %s && %s < %s"
          .formatted(position, integer(inside.from()), position, integer(inside.until()));
    }
    return term instanceof Term.Load load ? load(load) : apply((Term.Apply) term);
  }

  private String load(Term.Load load) {
    String read =
        load.parameter() < given.size()
            ? given.get(load.parameter())
            : "read("
                + place(load.parameter(), indices.of(load.index()), load.row(), load.rowStride())
                + ")";
    if (load.guard() == Term.NONE) {
      return read;
    }
    Kind kind = kernel.parameters().get(load.parameter()).type().getKind();
    return "%s ? %s : %s(0)".formatted(as(Kind.TRUTH, load.guard()), read, type(kind));
  }

  private String apply(Term.Apply apply) {
    return "apply_%s(%s)"
        .formatted(
            apply.function().name().toLowerCase(Locale.ROOT),
            apply.arguments().stream().map(term -> "t" + term).collect(Collectors.joining(", ")));
  }

  private String place(int parameter, String index, int row, long rowStride) {
    String place = "p%d + (%s)".formatted(parameter, index);
    return row == Term.NONE
        ? place
        : "%s + %s * %s".formatted(place, as(Kind.INTEGER, row), integer(rowStride));
  }

  private static String type(Kind kind) {
    return switch (kind) {
      case REAL -> "float";
      case INTEGER -> "integer";
      case TRUTH -> "bool";
    };
  }

  private static String real(float value) {
    return Float.isFinite(value)
        ? value + "f"
        : "real_of(0x%08xu)".formatted(Float.floatToIntBits(value));
  }

  private static String integer(long value) {
    return value == Long.MIN_VALUE ? "(-9223372036854775807LL - 1)" : value + "LL";
  }
}
