package org.owlore.cuda.lowering;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.owlore.cuda.lowering.operations.Meaning;

/**
 * Finds attentions: a product, elementwise steps, softmax, a product, and their gradients, of which
 * nothing else reads the arrays of all pairs.
 */
final class AttentionFinder {
  private final PlanArrays arrays;
  private final Products products;
  private final DataFlow flow;

  private AttentionFinder(PlanArrays arrays, Products products) {
    this.arrays = arrays;
    this.products = products;
    this.flow = new DataFlow(arrays);
  }

  /** The attentions of a plan, in its order. */
  static List<FusedAttention> find(PlanArrays arrays, Products products) {
    AttentionFinder finder = new AttentionFinder(arrays, products);
    return arrays.getMakers().keySet().stream()
        .filter(finder::isSoftmaxOfRows)
        .map(finder::attention)
        .flatMap(Optional::stream)
        .filter(finder::isClosed)
        .filter(finder::hasItsSourcesInTime)
        .filter(attention -> AttentionKernels.areLocal(attention, arrays))
        .toList();
  }

  private boolean isSoftmaxOfRows(String name) {
    PlanArrays.Maker maker = arrays.maker(name);
    return maker.step().operation().is("softmax")
        && arrays.type(name).dataType() == DataType.FLOAT
        && maker.meaning() instanceof Meaning.Rowwise rowwise
        && rowwise.axes().equals(List.of(arrays.type(name).rank() - 1));
  }

  private Optional<FusedAttention> attention(String weights) {
    String scores = arrays.maker(weights).step().inputs().get(0);
    return productsBehind(arrays.origin(scores), weights)
        .flatMap(product -> attention(weights, scores, product));
  }

  private Optional<FusedAttention> attention(String weights, String scores, PairProduct product) {
    PairSums sums = PairSums.of(weights, product.pairs(), flow, products);
    if (!sums.complete()) {
      return Optional.empty();
    }
    Set<String> chain = flow.between(product.name(), arrays.origin(scores));
    FusedAttention forward = forward(weights, scores, product, sums.overColumns(), chain);
    if (sums.others().isEmpty()) {
      return Optional.of(forward)
          .filter(attention -> attention.output() != null && sums.overRows() == null);
    }
    return new AttentionGradientFinder(arrays, products, flow, weights, product)
        .find(sums)
        .filter(found -> forward.output() == null || found.readsValues(forward.output().other()))
        .map(found -> withGradient(forward, chain, found));
  }

  private FusedAttention forward(
      String weights, String scores, PairProduct product, PairSum output, Set<String> chain) {
    Set<String> absorbed = new LinkedHashSet<>(chain);
    absorbed.addAll(List.of(product.name(), weights));
    Set<String> sources = without(flow.sourcesBeside(chain), Set.of(product.name()));
    return new FusedAttention(product, scores, output, null, absorbed, sources, Set.of());
  }

  private FusedAttention withGradient(
      FusedAttention forward, Set<String> chain, AttentionGradientFinder.Found found) {
    FusedAttention.Gradient gradient = found.gradient();
    Set<String> absorbed = new LinkedHashSet<>(forward.absorbed());
    absorbed.addAll(found.absorbed());
    Set<String> given = new HashSet<>(chain);
    given.addAll(List.of(forward.products().name(), gradient.scores()));
    return new FusedAttention(
        forward.products(),
        forward.scores(),
        forward.output(),
        gradient,
        absorbed,
        forward.scoreSources(),
        without(flow.sourcesBeside(flow.between(gradient.scores(), gradient.products())), given));
  }

  private static Set<String> without(Set<String> names, Set<String> others) {
    Set<String> rest = new LinkedHashSet<>(names);
    rest.removeAll(others);
    return rest;
  }

  /** The one product of all pairs that an array of all pairs is made of, elementwise. */
  private Optional<PairProduct> productsBehind(String scores, String weights) {
    long count = arrays.type(weights).length();
    List<Long> shape = arrays.type(weights).shape();
    List<String> found = new ArrayList<>();
    collectProducts(scores, count, found, new HashSet<>());
    if (found.size() != 1 || !products.isLarge(found.get(0))) {
      return Optional.empty();
    }
    return PairProduct.of(found.get(0), products)
        .filter(product -> product.pairs().count() == count)
        .filter(product -> product.pairs().columns() == shape.get(shape.size() - 1));
  }

  private void collectProducts(String name, long length, List<String> found, Set<String> seen) {
    if (arrays.type(name).length() != length || !seen.add(name)) {
      return;
    }
    if (flow.isProduct(name)) {
      found.add(name);
    } else if (flow.isPointwise(name)) {
      flow.sources(name).forEach(source -> collectProducts(source, length, found, seen));
    }
  }

  /**
   * Whether nothing beside the attention reads what it absorbs, and its passes read nothing of it
   * that they are not given.
   */
  private boolean isClosed(FusedAttention attention) {
    Set<String> own = new HashSet<>(attention.absorbed());
    own.addAll(attention.results());
    return attention.absorbed().stream()
            .allMatch(name -> !flow.isShown(name) && own.containsAll(flow.readers(name)))
        && Collections.disjoint(attention.absorbed(), attention.sources())
        && attention.absorbed().stream().allMatch(this::looksUpInputsOnly);
  }

  /** Whether what an elementwise step looks up by position is in memory anyway. */
  private boolean looksUpInputsOnly(String name) {
    return !flow.isPointwise(name)
        || flow.sourcesInMemory(name).stream().allMatch(table -> arrays.maker(table) == null);
  }

  /** Whether all that a pass reads is there when it runs: made before, and not updated before. */
  private boolean hasItsSourcesInTime(FusedAttention attention) {
    boolean forward =
        attention.output() == null
            || areThere(
                attention.outputReads(), arrays.maker(attention.output().name()).position());
    return forward
        && (attention.gradient() == null
            || areThere(attention.gradientReads(), attention.gradientPosition(arrays)));
  }

  private boolean areThere(Set<String> names, int due) {
    return names.stream()
        .allMatch(
            name ->
                arrays.maker(name) == null
                    ? flow.update(name) > due
                    : arrays.maker(name).position() < due);
  }
}
