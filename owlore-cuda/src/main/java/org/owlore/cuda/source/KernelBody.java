package org.owlore.cuda.source;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.owlore.cuda.kernel.Kernel;
import org.owlore.cuda.kernel.NumberType.Kind;
import org.owlore.cuda.kernel.Reduction;
import org.owlore.cuda.kernel.Term;

/**
 * What a kernel's threads do. Every reduction is a pass over the columns of a row, those that do
 * not need each other share one, and a last pass writes: until then nothing is written, so that a
 * row may be replaced in place.
 */
final class KernelBody {
  private final Kernel kernel;
  private final LaunchShape shape;
  private final IndexText indices;
  private final TermText terms;
  private final TermOrder order;
  private final Lines lines = new Lines();

  private KernelBody(Kernel kernel) {
    this.kernel = kernel;
    this.shape = LaunchShape.of(kernel);
    this.indices = IndexText.of(kernel);
    this.terms = new TermText(kernel, indices);
    this.order = new TermOrder(kernel);
  }

  /** The statements between a function's braces. */
  static String of(Kernel kernel) {
    KernelBody body = new KernelBody(kernel);
    if (kernel.reduces()) {
      body.rows();
    } else {
      body.points();
    }
    return body.lines.toString();
  }

  private void points() {
    lines.open(loop("point", "threadIdx.x", shape.threads(), kernel.rowCount()));
    lines.addAll(indices.coordinates("point", kernel.rows(), 0));
    declare(order.rowTerms(0));
    write(kernel.stores());
    lines.close();
  }

  private void rows() {
    int threads = shape.threadsPerRow();
    lines.add("const int thread = (int)threadIdx.x %% %d;".formatted(threads));
    lines.open(loop("row", "threadIdx.x / " + threads, shape.rowsPerBlock(), kernel.rowCount()));
    lines.addAll(indices.coordinates("row", kernel.rows(), 0));
    declare(order.rowTerms(0));
    for (int pass = 1; pass <= order.passes(); pass++) {
      reduce(order.reductions(pass));
      declare(order.rowTerms(pass));
    }
    if (!order.columnStores().isEmpty()) {
      columns(order.columnTermsOfStores());
      write(order.columnStores());
      lines.close();
    }
    if (!order.rowStores().isEmpty()) {
      lines.add("wait_for_row<%d>();".formatted(threads));
      lines.open("if (thread == 0)");
      write(order.rowStores());
      lines.close();
    }
    lines.close();
  }

  private void reduce(List<Integer> reductions) {
    for (int term : reductions) {
      String state = state(reduction(term).reduction());
      lines.add("%s r%d = %s::start();".formatted(state, term, state));
    }
    columns(order.columnTermsOf(reductions));
    for (int term : reductions) {
      String argument = terms.as(Kind.REAL, reduction(term).argument());
      lines.add("r%d.take(%s, column);".formatted(term, argument));
    }
    lines.close();
    for (int term : reductions) {
      String result = "over_row<%d>(r%d).result()".formatted(shape.threadsPerRow(), term);
      lines.add(terms.declaration(term, result));
    }
  }

  private void columns(List<Integer> needed) {
    String type = indices.type();
    lines.open(
        "for (%s column = thread; column < %s; column += %d)"
            .formatted(type, indices.number(kernel.columnCount()), shape.threadsPerRow()));
    lines.addAll(indices.coordinates("column", kernel.columns(), kernel.rows().size()));
    declare(needed);
  }

  private void declare(List<Integer> needed) {
    needed.forEach(term -> lines.add(terms.declaration(term)));
  }

  private void write(List<Kernel.Store> stores) {
    stores.forEach(store -> lines.add(terms.statement(store)));
  }

  private String loop(String variable, String first, int atATime, long count) {
    String type = indices.type();
    return "for (%1$s %2$s = (%1$s)blockIdx.x * %4$d + (%1$s)(%3$s); %2$s < %5$s; %2$s += (%1$s)gridDim.x * %4$d)"
        .formatted(type, variable, first, atATime, indices.number(count));
  }

  private Term.Reduce reduction(int term) {
    return (Term.Reduce) kernel.terms().get(term);
  }

  private static String state(Reduction reduction) {
    return Stream.of(reduction.name().split("_"))
        .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }
}
