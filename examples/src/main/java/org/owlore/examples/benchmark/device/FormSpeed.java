package org.owlore.examples.benchmark.device;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import lombok.NonNull;
import org.owlore.examples.benchmark.BenchmarkModel;
import org.owlore.examples.benchmark.FineTunerSteps;
import org.owlore.examples.benchmark.Lap;
import org.owlore.examples.benchmark.Rounds;
import org.owlore.examples.benchmark.StepResult;
import org.owlore.examples.benchmark.Turn;
import org.owlore.examples.benchmark.Workload;
import org.owlore.finetune.FineTuneConfiguration;
import org.owlore.finetune.FineTuner;
import org.owlore.finetune.Method;
import org.owlore.finetune.TrainingDevice;
import org.owlore.graph.LanguageModel;

/**
 * Times OwLore's steps in the forms that a device has against each other. Not all of them at once:
 * each has a copy of the weights.
 *
 * @param device what is measured
 * @param rounds how many steps
 */
record FormSpeed(@NonNull MeasuredDevice device, @NonNull Rounds rounds) {
  private static final int LONG_ROW = 2048;

  private static final List<Ratio> RATIOS =
      List.of(
          new Ratio(Form.FUSED, Form.PRODUCTS),
          new Ratio(Form.FUSED_GRAPHS, Form.PRODUCTS_GRAPHS),
          new Ratio(Form.FUSED_GRAPHS, Form.FUSED),
          new Ratio(Form.PRODUCTS_GRAPHS, Form.PRODUCTS));

  /** Whose time is divided by whose. */
  private record Ratio(Form over, Form under) {
    String label() {
      return over.label() + " / " + under.label();
    }

    /** Told if both times are known. */
    void tell(String name, Map<String, Double> times, Consumer<Finding> findings) {
      Double top = times.get(over.label());
      Double bottom = times.get(under.label());
      if (top != null && bottom != null) {
        findings.accept(Finding.of(name + label(), top / bottom, "times"));
      }
    }
  }

  /** What forms are compared on, with the model of a workload; nothing for most models. */
  static List<Workload> workloads(@NonNull Workload usual) {
    return switch (usual.model()) {
      case TINY -> List.of(usual, sized(usual, 1, 4 * usual.length()));
      case M -> List.of(sized(usual, 4, 512), sized(usual, 1, longRow(usual.model())));
      case LLAMA2_7B -> List.of(usual);
      default -> List.of();
    };
  }

  private static int longRow(BenchmarkModel model) {
    return Math.min(LONG_ROW, model.config().maximumLength());
  }

  private static Workload sized(Workload usual, int rows, int length) {
    return new Workload(usual.model(), rows, length, usual.rank(), usual.gamma());
  }

  /**
   * Measures; forms that fail are told as such, and the others go on.
   *
   * @param model built of the workload's model
   */
  void measure(
      @NonNull LanguageModel model,
      @NonNull Workload workload,
      @NonNull Consumer<Finding> findings) {
    String name = SpeedPart.label(workload) + ", forms of owlore: ";
    Map<String, TrainingDevice.Factory> single = group(Form.FUSED, Form.PRODUCTS);
    single.put(MeasuredDevice.AS_SET, device.asSet());
    Map<String, TrainingDevice.Factory> repeated = group(Form.FUSED_GRAPHS, Form.PRODUCTS_GRAPHS);
    Map<String, Double> times = new LinkedHashMap<>();
    times.putAll(times(model, workload, single, name, findings));
    times.putAll(times(model, workload, repeated, name, findings));
    RATIOS.forEach(ratio -> ratio.tell(name, times, findings));
  }

  private Map<String, TrainingDevice.Factory> group(Form... forms) {
    Map<String, TrainingDevice.Factory> group = new LinkedHashMap<>();
    for (Form form : forms) {
      group.put(form.label(), device.in(form));
    }
    return group;
  }

  /** The median of each member of a group; empty when one of them failed. */
  private Map<String, Double> times(
      LanguageModel model,
      Workload workload,
      Map<String, TrainingDevice.Factory> group,
      String name,
      Consumer<Finding> findings) {
    Map<String, Double> times = new LinkedHashMap<>();
    try {
      laps(model, workload, group)
          .times()
          .forEach((who, time) -> times.put(who.contender(), time.median()));
    } catch (RuntimeException e) {
      findings.accept(
          Finding.answer(name + String.join(", ", group.keySet()) + " run", false).because(e));
      return Map.of();
    }
    times.forEach((who, time) -> findings.accept(Finding.of(name + "step, " + who, time, "ms")));
    return times;
  }

  private StepResult laps(
      LanguageModel model, Workload workload, Map<String, TrainingDevice.Factory> group) {
    int blocks = workload.model().blocks();
    List<List<Integer>> schedule = rounds.schedule(blocks, workload.gamma());
    FineTuneConfiguration configuration =
        workload.configuration(Method.OWLORE, rounds.interval(), rounds.total(), schedule);
    List<FineTunerSteps> all = new ArrayList<>();
    List<Lap> laps = new ArrayList<>();
    try {
      group.forEach(
          (label, factory) -> {
            FineTuner tuner = new FineTuner(model, configuration, factory);
            all.add(
                new FineTunerSteps(
                    label, tuner, Method.OWLORE, workload.batches(), rounds.total()));
          });
      for (int round = 0; round < rounds.total(); round++) {
        Turn turn = rounds.turn(round, Method.OWLORE, schedule, blocks);
        all.forEach(one -> laps.add(new Lap(turn, one.name(), one.step(turn))));
      }
    } finally {
      all.forEach(FineTunerSteps::close);
    }
    return new StepResult(laps);
  }
}
