package org.owlore.examples.imports;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import lombok.NonNull;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.examples.imports.ImportResult.Outcome;
import org.owlore.graph.LanguageModel;
import org.owlore.onnx.OnnxModel;
import org.owlore.onnx.weights.OnnxWeight;

/**
 * Imports one export and compares everything with PyTorch: logits and gradients for each batch
 * shape, and the layers, also with all names replaced.
 */
final class ImportCheck {
  /**
   * Gradients below this share of the largest are compared with it: what is left is no more than
   * rounding in 32 bits. Gradients of biases of keys, which softmax cancels, are nothing else.
   */
  private static final double NEGLIGIBLE = 1e-3;

  private final ExportCase export;
  private final boolean stock;
  private final List<String> problems = new ArrayList<>();
  private final Map<String, OnnxWeight> weights = new TreeMap<>();
  private PassCost cost = PassCost.NONE;
  private double logits;
  private double gradients;

  private ImportCheck(ExportCase export, boolean stock) {
    this.export = export;
    this.stock = stock;
  }

  /**
   * Checks one export.
   *
   * @param stock whether gradients are also computed by SameDiff itself
   */
  static ImportResult run(@NonNull ExportCase export, boolean stock) {
    return export.status() == ExportCase.Status.EXPORTED
        ? new ImportCheck(export, stock).run()
        : ImportResult.notCounted(export);
  }

  private ImportResult run() {
    long start = System.nanoTime();
    LanguageModel model;
    try {
      OnnxModel file = OnnxModel.open(export.model());
      model = file.load();
      file.weights().stream().filter(weight -> !weight.isTied()).forEach(this::add);
    } catch (RuntimeException failure) {
      problems.add("import: " + sentence(failure));
      return result(0, 0);
    }
    final double seconds = (System.nanoTime() - start) / 1e9;
    int operations = model.graph().getOps().size();
    attempt("numbers", () -> compareNumbers(model, new PlanGradients()));
    if (stock) {
      attempt("stock gradients", () -> compareNumbers(model, new StockGradients()));
    }
    attempt(
        "layers", () -> problems.addAll(new LayerCheck(export, weights.keySet()).problems(model)));
    return result(seconds, operations);
  }

  private void add(OnnxWeight weight) {
    OnnxWeight other = weights.put(export.canonical(weight.name()), weight);
    if (other != null) {
      problems.add(
          "one weight of PyTorch's is two: %s and %s".formatted(other.name(), weight.name()));
    }
  }

  private void attempt(String what, Runnable check) {
    try {
      check.run();
    } catch (RuntimeException failure) {
      problems.add(what + ": " + sentence(failure));
    }
  }

  private static String sentence(RuntimeException failure) {
    boolean clear = failure.getClass().getName().startsWith("org.owlore.");
    return (clear ? "" : failure.getClass().getSimpleName() + ": ") + failure.getMessage();
  }

  private ImportResult result(double seconds, int operations) {
    Set<String> baked =
        export.weights().stream()
            .filter(weight -> !weights.containsKey(weight))
            .collect(Collectors.toSet());
    return new ImportResult(
        export.name(),
        problems.isEmpty() ? Outcome.RIGHT : Outcome.WRONG,
        problems,
        operations == 0 ? List.of() : baked.stream().sorted().toList(),
        seconds,
        operations,
        cost,
        logits,
        gradients);
  }

  private void compareNumbers(LanguageModel model, GradientSource source) {
    String shape = "";
    for (Path file : export.references()) {
      try (Reference reference = Reference.read(file);
          Computed computed = source.compute(model, reference.inputs())) {
        cost = cost == PassCost.NONE ? computed.cost() : cost;
        double difference = LargestDifference.ofLogits(computed.logits(), reference);
        logits = Math.max(logits, difference);
        compare("logits" + shape, difference);
        double loss = Math.abs(computed.loss() - reference.loss()) / reference.loss();
        compare("loss" + shape, Double.isNaN(loss) ? Double.POSITIVE_INFINITY : loss);
        compareGradients(reference, computed.gradients(), shape);
      }
      shape = " (second shape)";
    }
  }

  private void compare(String what, double difference) {
    if (difference > export.tolerance()) {
      problems.add(off(what, difference));
    }
  }

  private void compareGradients(Reference reference, Map<String, INDArray> computed, String shape) {
    List<String> wrong = new ArrayList<>();
    double worst = 0;
    double floor = reference.largestGradient() * NEGLIGIBLE;
    for (Map.Entry<String, OnnxWeight> weight : weights.entrySet()) {
      INDArray expected = reference.gradients().get(weight.getKey());
      if (expected == null) {
        continue;
      }
      INDArray gradient = computed.get(weight.getValue().name());
      double difference =
          gradient == null
              ? Double.POSITIVE_INFINITY
              : LargestDifference.relative(gradient, expected, floor);
      worst = Math.max(worst, difference);
      if (difference > export.tolerance()) {
        wrong.add(weight.getKey());
      }
    }
    gradients = Math.max(gradients, worst);
    if (!wrong.isEmpty()) {
      String what = "gradients of %d weights%s, such as %s,";
      problems.add(off(what.formatted(wrong.size(), shape, wrong.get(0)), worst));
    }
  }

  private static String off(String what, double difference) {
    return String.format(Locale.ROOT, "%s off by %.1e of the largest", what, difference);
  }
}
