package org.owlore.cuda.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import lombok.NonNull;
import org.owlore.cuda.device.Attention;
import org.owlore.cuda.kernel.Kernel;
import org.owlore.cuda.kernel.NumberType.Kind;
import org.owlore.cuda.kernel.Term;

/**
 * A kernel over an attention's pairs as a C++ structure that holds the arrays which it reads, and
 * computes its number of one pair.
 */
final class PairFunction {
  private final String name;
  private final List<String> given;
  private final Attention attention;
  private final Kernel kernel;
  private final List<Integer> needed;
  private final IndexText indices;
  private final TermText terms;

  /**
   * A function of a pair.
   *
   * @param name of the structure
   * @param given what the kernel's first parameters hold, by names for C++; the next parameter is
   *     the one that it writes, all others are arrays
   * @throws IllegalArgumentException if the kernel does anything else
   */
  PairFunction(
      @NonNull String name,
      @NonNull List<String> given,
      @NonNull Attention attention,
      @NonNull Kernel kernel) {
    this.name = name;
    this.given = given;
    this.attention = attention;
    this.kernel = kernel;
    TermOrder order = new TermOrder(kernel);
    require(
        order.passes() == 0
            && kernel.stores().size() == 1
            && kernel.stores().get(0).parameter() == given.size()
            && kernel.stores().get(0).row() == Term.NONE
            && kernel.stores().get(0).guard() == Term.NONE);
    this.needed = new ArrayList<>(order.rowTerms(0));
    this.needed.addAll(order.columnTermsOfStores());
    this.indices =
        IndexText.of(
            Math.max(attention.batches() * attention.rows(), attention.columns()),
            needed.stream().map(kernel.terms()::get).filter(Predicate.not(this::isGiven)),
            Stream.of());
    this.terms = new TermText(kernel, indices, given);
  }

  /** The structure. */
  String structure() {
    Lines lines = new Lines();
    lines.open("struct " + name);
    arrays().forEach(array -> lines.add("%s p%d;".formatted(type(array), array)));
    String numbers = given.stream().map(each -> "float " + each).collect(Collectors.joining(", "));
    lines.open(
        "__device__ float of(%1$s, %2$s batch, %2$s row, %2$s column) const"
            .formatted(numbers, indices.type()));
    lines.addAll(coordinates());
    needed.forEach(term -> lines.add(terms.declaration(term)));
    lines.add("return " + terms.as(Kind.REAL, kernel.stores().get(0).term()) + ";");
    lines.close();
    lines.close();
    return lines.toString().stripTrailing() + ";\n";
  }

  /** The parameters of a global function that hold the arrays. */
  List<String> parameters() {
    return arrays().mapToObj(array -> type(array) + " " + variable(array)).toList();
  }

  /** An expression of these parameters that makes the structure. */
  String instance() {
    return arrays().mapToObj(this::variable).collect(Collectors.joining(", ", name + "{", "}"));
  }

  private IntStream arrays() {
    return IntStream.range(given.size() + 1, kernel.parameters().size());
  }

  private String variable(int array) {
    return name.toLowerCase(Locale.ROOT) + array;
  }

  private String type(int array) {
    return "const " + TermText.type(kernel.parameters().get(array).type()) + "*";
  }

  /** The kernel's dimensions: batches and rows apart where they are, so that less is divided. */
  private List<String> coordinates() {
    List<Long> space = Stream.concat(kernel.rows().stream(), kernel.columns().stream()).toList();
    int last = space.size() - 1;
    List<String> lines = new ArrayList<>();
    int ofBatch = batchDimensions(space.subList(0, last));
    if (ofBatch < 0) {
      String row = "batch * %s + row".formatted(indices.number(attention.rows()));
      lines.add("const %s line = %s;".formatted(indices.type(), row));
      lines.addAll(indices.coordinates("line", space.subList(0, last), 0));
    } else {
      lines.addAll(indices.coordinates("batch", space.subList(0, ofBatch), 0));
      lines.addAll(indices.coordinates("row", space.subList(ofBatch, last), ofBatch));
    }
    lines.add("const %s d%d = column;".formatted(indices.type(), last));
    return lines;
  }

  /** How many of the dimensions before the last one are the batches; -1 if one is of both. */
  private int batchDimensions(List<Long> space) {
    return IntStream.rangeClosed(0, space.size())
        .filter(count -> count(space.subList(0, count)) == attention.batches())
        .findFirst()
        .orElse(-1);
  }

  private static long count(List<Long> extents) {
    return extents.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
  }

  private boolean isGiven(Term term) {
    return term instanceof Term.Load load && load.parameter() < given.size();
  }

  private void require(boolean holds) {
    if (!holds) {
      throw new IllegalArgumentException(
          "Kernel %s is to make one number of each of an attention's pairs, without reductions and guards, and to write it to parameter %d."
              .formatted(kernel.name(), given.size()));
    }
  }
}
