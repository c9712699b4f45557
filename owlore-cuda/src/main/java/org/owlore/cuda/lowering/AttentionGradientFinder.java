package org.owlore.cuda.lowering;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import lombok.RequiredArgsConstructor;
import org.owlore.cuda.lowering.PairProduct.Operand;
import org.owlore.cuda.lowering.operations.Meaning;
import org.owlore.engine.ArrayType;
import org.owlore.engine.Step;

/**
 * Finds the backward pass of an attention: {@code scoreGradient = (weightGradient - sums) weights},
 * where the sums are those of {@code weightGradient weights} over each row, and what follows.
 */
@RequiredArgsConstructor
final class AttentionGradientFinder {
  private final PlanArrays arrays;
  private final Products products;
  private final DataFlow flow;
  private final String weights;
  private final PairProduct product;

  /**
   * What was found.
   *
   * @param absorbed the arrays that need not exist
   */
  record Found(FusedAttention.Gradient gradient, Set<String> absorbed) {
    boolean readsValues(Operand values) {
      return gradient.weights().right().equals(values);
    }
  }

  /**
   * Finds it.
   *
   * @param readers what reads the weights
   */
  Optional<Found> find(PairSums readers) {
    if (readers.others().size() != 2) {
      return Optional.empty();
    }
    List<String> others = new ArrayList<>(readers.others());
    boolean first = isGradientOfWeights(factorBeside(others.get(0)));
    String weighted = others.get(first ? 0 : 1);
    String scores = others.get(first ? 1 : 0);
    String gradient = factorBeside(weighted);
    String centred = factorBeside(scores);
    if (!isGradientOfWeights(gradient) || !isCentred(centred, gradient, weighted)) {
      return Optional.empty();
    }
    Set<String> absorbed = new LinkedHashSet<>(List.of(weighted, gradient, centred));
    absorbed.add(arrays.origin(arrays.maker(centred).step().inputs().get(1)));
    PairSum value = readers.overRows();
    return PairProduct.of(gradient, products)
        .filter(found -> found.pairs().equals(product.pairs()))
        .filter(found -> value == null || value.other().equals(found.left()))
        .flatMap(found -> results(found, scores, value, absorbed));
  }

  private boolean isGradientOfWeights(String name) {
    return name != null && flow.isProduct(name);
  }

  /** What the weights are multiplied by, pair by pair; null when it is something else. */
  private String factorBeside(String name) {
    Step.Compute step = arrays.maker(name).step();
    if (!step.operation().is("multiply")) {
      return null;
    }
    List<String> factors = step.inputs().stream().map(arrays::origin).toList();
    String other = factors.get(factors.get(0).equals(weights) ? 1 : 0);
    return arrays.type(other).length() == product.pairs().count() ? other : null;
  }

  private boolean isCentred(String name, String gradient, String weighted) {
    if (name == null || arrays.maker(name) == null) {
      return false;
    }
    Step.Compute step = arrays.maker(name).step();
    return step.operation().is("subtract")
        && arrays.origin(step.inputs().get(0)).equals(gradient)
        && isSpreadOverColumns(arrays.type(step.inputs().get(1)), arrays.type(name))
        && isSumOfRows(arrays.origin(step.inputs().get(1)), weighted);
  }

  private static boolean isSpreadOverColumns(ArrayType sums, ArrayType pairs) {
    List<Long> kept = new ArrayList<>(pairs.shape());
    kept.set(kept.size() - 1, 1L);
    return sums.shape().equals(kept);
  }

  /** Whether an array holds the plain sum of each row of all pairs. */
  private boolean isSumOfRows(String sums, String weighted) {
    PlanArrays.Maker maker = arrays.maker(sums);
    if (maker == null || !(maker.meaning() instanceof Meaning.Rowwise rowwise)) {
      return false;
    }
    String summed = maker.step().inputs().get(0);
    List<Long> shape = arrays.type(summed).shape();
    return isPlainSum(maker.step())
        && rowwise.axes().equals(List.of(shape.size() - 1))
        && shape.get(shape.size() - 1) == product.pairs().columns()
        && arrays.origin(summed).equals(weighted);
  }

  private boolean isPlainSum(Step.Compute step) {
    if (step.operation().is("matmul")) {
      OptionalDouble factor = arrays.uniform(arrays.origin(step.inputs().get(1)));
      boolean scaled = !step.operation().reals().isEmpty();
      return !scaled && factor.isPresent() && factor.getAsDouble() == 1;
    }
    return step.operation().is("reduce_sum");
  }

  /** Follows the gradient of the scores to the products that read the gradient of the products. */
  private Optional<Found> results(
      PairProduct weightGradients, String scores, PairSum value, Set<String> absorbed) {
    Set<String> chain = new LinkedHashSet<>(List.of(scores));
    Set<String> ends = new LinkedHashSet<>();
    List<String> open = new ArrayList<>(chain);
    while (!open.isEmpty()) {
      String name = open.remove(open.size() - 1);
      for (String reader : flow.readers(name)) {
        if (flow.isProduct(reader)) {
          ends.add(name);
        } else if (flow.isPointwise(reader) && chain.add(reader)) {
          open.add(reader);
        }
      }
    }
    if (ends.size() != 1) {
      return Optional.empty();
    }
    absorbed.addAll(chain);
    String end = ends.iterator().next();
    PairSums sums = PairSums.of(end, product.pairs(), flow, products);
    boolean expected =
        sums.complete()
            && (sums.overColumns() == null || sums.overColumns().other().equals(product.right()))
            && (sums.overRows() == null || sums.overRows().other().equals(product.left()));
    return expected
        ? Optional.of(
            new Found(
                new FusedAttention.Gradient(
                    weightGradients, scores, end, sums.overColumns(), sums.overRows(), value),
                absorbed))
        : Optional.empty();
  }
}
