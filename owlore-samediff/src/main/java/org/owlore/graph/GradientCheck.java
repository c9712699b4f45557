package org.owlore.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import lombok.Builder;
import lombok.NonNull;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.graph.internals.GradientFunction;

/**
 * Compares the gradients of a graph with finite differences of its loss, on sampled entries of
 * every trainable variable.
 *
 * <p>Differences are central, {@code (loss(w + h) - loss(w - h)) / 2h}, with {@code h} relative to
 * the weight's size, so that a float32 graph agrees to about two digits where it is right. An entry
 * is wrong when it differs by more than {@code tolerance} times the largest gradient of its
 * variable and by more than what rounding of the loss can explain. Weights are put back exactly.
 *
 * @param loss name of the scalar loss
 * @param entries how many entries of each variable are tried; default 5
 * @param tolerance share of the variable's largest gradient; default 0.02
 * @param step size of {@code h} relative to the root mean square of the variable; default 0.01
 * @param seed picks the entries; default 0
 */
@Builder
public record GradientCheck(
    @NonNull String loss, int entries, double tolerance, double step, long seed) {
  /** How many units in the last place a float32 loss may be off. */
  private static final int ROUNDINGS = 8;

  /** Checks the settings. */
  public GradientCheck {
    if (entries < 1 || !(tolerance > 0) || !(step > 0)) {
      throw new IllegalArgumentException(
          "Entries, tolerance and step of a gradient check must be positive, but are "
              + entries
              + ", "
              + tolerance
              + " and "
              + step
              + ".");
    }
  }

  /** The defaults. */
  public static class GradientCheckBuilder {
    private int entries = 5;
    private double tolerance = 0.02;
    private double step = 0.01;
  }

  /**
   * The comparison of one entry.
   *
   * @param variable name of the variable
   * @param index position of the entry, counted through the variable in 'c' order
   * @param analytic gradient that the graph computes
   * @param numerical gradient by finite differences
   * @param right whether they agree
   */
  public record Entry(
      @NonNull String variable, long index, double analytic, double numerical, boolean right) {}

  /**
   * All comparisons of a check.
   *
   * @param entries in the order of the variables
   */
  public record Report(@NonNull List<Entry> entries) {

    /** Copies the list. */
    public Report {
      entries = List.copyOf(entries);
    }

    /** Whether every entry agrees. */
    public boolean allRight() {
      return entries.stream().allMatch(Entry::right);
    }

    /** Names of the variables with an entry that does not agree. */
    public Set<String> wrong() {
      Set<String> names = new LinkedHashSet<>();
      entries.stream().filter(entry -> !entry.right()).map(Entry::variable).forEach(names::add);
      return names;
    }
  }

  /**
   * Checks a graph.
   *
   * @param graph its loss must not be random, e.g. have no dropout
   * @param batch one array for each placeholder; more, which the graph does not read, do no harm
   */
  public Report check(@NonNull SameDiff graph, @NonNull Map<String, INDArray> batch) {
    GradientFunction.of(graph);
    Map<String, INDArray> placeholders = new HashMap<>(batch);
    placeholders.keySet().retainAll(graph.inputs());
    List<String> names =
        graph.variables().stream()
            .filter(variable -> variable.getVariableType() == VariableType.VARIABLE)
            .filter(variable -> variable.dataType().isFPType())
            .map(SDVariable::name)
            .filter(name -> GradientFunction.gradientName(graph, name) != null)
            .toList();
    Map<String, INDArray> analytic = graph.calculateGradients(placeholders, names);
    List<Entry> compared = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(seed);
    for (String name : names) {
      compared.addAll(compare(graph, placeholders, name, analytic.get(name), random));
    }
    return new Report(compared);
  }

  private List<Entry> compare(
      SameDiff graph,
      Map<String, INDArray> placeholders,
      String name,
      INDArray gradient,
      SplittableRandom random) {
    INDArray weight = graph.getArrForVarName(name);
    double largest = gradient.amaxNumber().doubleValue();
    double size = weight.norm2Number().doubleValue() / Math.sqrt(weight.length());
    double offset = step * (size > 0 ? size : 1);
    double value = graph.outputSingle(placeholders, loss).getDouble(0);
    double rounding = ROUNDINGS * Math.ulp((float) value);
    List<Entry> compared = new ArrayList<>();
    for (int i = 0; i < Math.min(entries, weight.length()); i++) {
      long index = random.nextLong(weight.length());
      double analytic = gradient.getDouble(index);
      double numerical = slope(graph, placeholders, weight, index, offset);
      double allowed = tolerance * largest + rounding / (2 * offset);
      boolean right = Math.abs(analytic - numerical) <= allowed;
      compared.add(new Entry(name, index, analytic, numerical, right));
    }
    return compared;
  }

  private double slope(
      SameDiff graph,
      Map<String, INDArray> placeholders,
      INDArray weight,
      long index,
      double offset) {
    double original = weight.getDouble(index);
    try {
      weight.putScalar(index, original + offset);
      double above = graph.outputSingle(placeholders, loss).getDouble(0);
      weight.putScalar(index, original - offset);
      double below = graph.outputSingle(placeholders, loss).getDouble(0);
      return (above - below) / (2 * offset);
    } finally {
      weight.putScalar(index, original);
    }
  }
}
