package org.owlore.examples.benchmark.device;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import lombok.NonNull;
import org.owlore.examples.benchmark.BenchmarkModel;
import org.owlore.examples.benchmark.Contender;
import org.owlore.examples.benchmark.FineTunerSteps;
import org.owlore.examples.benchmark.Lap;
import org.owlore.examples.benchmark.Rounds;
import org.owlore.examples.benchmark.Spread;
import org.owlore.examples.benchmark.StepResult;
import org.owlore.examples.benchmark.StepResult.Entrant;
import org.owlore.examples.benchmark.Turn;
import org.owlore.examples.benchmark.Workload;
import org.owlore.finetune.FineTuneConfiguration;
import org.owlore.finetune.FineTuner;
import org.owlore.finetune.Method;
import org.owlore.graph.LanguageModel;
import org.owlore.precision.StorageType;

/**
 * Times whole steps in turn with PyTorch's, eager and compiled: with the same model, batch, number
 * type, method and blocks. Blocks are drawn once, before anything counts. Then OwLore's steps, in
 * all forms that the device has.
 *
 * @param device what is measured
 * @param workloads what a step computes, one after the other
 * @param methods the ways to train; the full one is left out where its state is larger than a GPU
 * @param storage as what weights lie in memory, there and in PyTorch
 * @param rounds how many steps
 * @param pytorch who else makes steps, if anybody does
 */
public record SpeedPart(
    @NonNull MeasuredDevice device,
    @NonNull List<Workload> workloads,
    @NonNull List<Method> methods,
    @NonNull StorageType storage,
    @NonNull Rounds rounds,
    @NonNull Optional<DeviceTwin.Program> pytorch)
    implements Part {

  @Override
  public void run(@NonNull Consumer<Finding> findings) {
    pytorch.ifPresent(program -> ceilings(program, findings));
    workloads.forEach(workload -> measure(workload, findings));
  }

  private static void ceilings(DeviceTwin.Program program, Consumer<Finding> findings) {
    try (DeviceTwin twin = program.start()) {
      double[] most = twin.ceilings();
      findings.accept(Finding.of("ceiling: bf16 matrix products", most[0], "TFLOP/s"));
      findings.accept(Finding.of("ceiling: copies, read and written", most[1], "GB/s"));
    }
  }

  private void measure(Workload workload, Consumer<Finding> findings) {
    LanguageModel model = workload.build(storage);
    try {
      compare(workload, model, findings);
      if (device.hasForms() && methods.contains(Method.OWLORE)) {
        FormSpeed forms = new FormSpeed(device, rounds);
        FormSpeed.workloads(workload).forEach(one -> forms.measure(model, one, findings));
      }
    } finally {
      model.graph().variables().stream()
          .filter(variable -> variable.getArr(false) != null)
          .forEach(variable -> variable.getArr().close());
    }
  }

  private void compare(Workload workload, LanguageModel model, Consumer<Finding> findings) {
    List<DeviceTwin> twins = new ArrayList<>();
    try {
      for (boolean compiled : pytorch.isPresent() ? List.of(false, true) : List.<Boolean>of()) {
        twins.add(pytorch.get().start(workload, storage, compiled));
      }
      for (Method method : methods) {
        if (method != Method.FULL || workload.model() != BenchmarkModel.LLAMA2_7B) {
          tell(workload, method, laps(workload, model, method, twins), findings);
        }
      }
      twins.forEach(
          twin ->
              findings.accept(
                  Finding.of(
                      label(workload) + ": most memory, " + twin.name(),
                      twin.peakBytes() / 1e9,
                      "GB")));
    } finally {
      twins.forEach(DeviceTwin::close);
    }
  }

  private StepResult laps(
      Workload workload, LanguageModel model, Method method, List<DeviceTwin> twins) {
    int blocks = workload.model().blocks();
    List<List<Integer>> schedule = rounds.schedule(blocks, workload.gamma());
    FineTuneConfiguration configuration =
        workload.configuration(method, rounds.interval(), rounds.total(), schedule);
    List<Lap> laps = new ArrayList<>();
    FineTuner tuner = new FineTuner(model, configuration, device.asSet());
    try (FineTunerSteps ours =
        new FineTunerSteps(
            FineTunerSteps.NAME, tuner, method, workload.batches(), rounds.total())) {
      List<Contender> all = new ArrayList<>(List.of(ours));
      all.addAll(twins);
      for (int round = 0; round < rounds.total(); round++) {
        Turn turn = rounds.turn(round, method, schedule, blocks);
        all.forEach(one -> laps.add(new Lap(turn, one.name(), one.step(turn))));
      }
    }
    return new StepResult(laps);
  }

  private static void tell(
      Workload workload, Method method, StepResult result, Consumer<Finding> findings) {
    String name = label(workload) + " " + method.label() + ": ";
    Map<Entrant, Spread> times = result.times();
    times.forEach(
        (who, time) ->
            findings.accept(Finding.of(name + "step, " + who.contender(), time.median(), "ms")));
    double ours = times.get(new Entrant(method, FineTunerSteps.NAME)).median();
    double tokens = (double) workload.batch() * workload.length() / ours * 1e3;
    findings.accept(Finding.of(name + "tokens, " + FineTunerSteps.NAME, tokens, "1/s"));
    findings.accept(
        Finding.of(
            name + "matrix products, " + FineTunerSteps.NAME,
            products(workload, method) / ours / 1e9,
            "TFLOP/s"));
    times.forEach(
        (who, time) -> {
          if (!who.contender().equals(FineTunerSteps.NAME)) {
            double ratio = time.median() / ours;
            findings.accept(Finding.of(name + "speed / " + who.contender(), ratio, "times"));
          }
        });
  }

  /**
   * Operations of the products with weights in a step: forward, the gradients of activations, and
   * those of the weights that train. Attention's own products are not counted.
   */
  private static double products(Workload workload, Method method) {
    BenchmarkModel model = workload.model();
    double head = (double) model.hidden() * model.vocabulary();
    int active = method.samplesLayers() ? workload.gamma() : model.blocks();
    double all = head + (double) model.blocks() * model.blockNumbers();
    double trained = head + (double) active * model.blockNumbers();
    return workload.batch() * (double) workload.length() * (4 * all + 2 * trained);
  }

  static String label(Workload workload) {
    return "%s %d x %d"
        .formatted(
            workload.model().name().toLowerCase(Locale.ROOT).replace('_', '-'),
            workload.batch(),
            workload.length());
  }
}
