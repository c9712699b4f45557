package org.owlore.examples.benchmark.device;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import lombok.NonNull;
import org.owlore.examples.benchmark.Rounds;
import org.owlore.examples.benchmark.Workload;
import org.owlore.finetune.Checkpointing;
import org.owlore.finetune.FineTuneConfiguration;
import org.owlore.finetune.FineTuner;
import org.owlore.finetune.MemoryReport;
import org.owlore.finetune.Method;
import org.owlore.graph.LanguageModel;
import org.owlore.precision.StorageType;

/**
 * How much device memory OwLore needs with block checkpointing: for some batches, for more and more
 * blocks at a time, and for attention as products. Where a device has forms, attention is fused
 * otherwise: a device that tries both needs, for a moment, the memory of the larger one.
 *
 * @param device what is measured
 * @param workload the model, the length of rows, rank and gamma; its batch is what gammas are tried
 *     with
 * @param batches numbers of rows that are tried
 * @param gammas numbers of blocks at a time that are tried; those above the model's are left out
 * @param storage as what weights lie in memory
 * @param limit bytes that the workload itself may take
 * @param used what the machine says is taken
 */
public record MemoryPart(
    @NonNull MeasuredDevice device,
    @NonNull Workload workload,
    @NonNull List<Integer> batches,
    @NonNull List<Integer> gammas,
    @NonNull StorageType storage,
    double limit,
    @NonNull UsedMemory used)
    implements Part {
  private static final int STEPS = 3;
  private static final String UNIT = "GB";

  @Override
  public void run(@NonNull Consumer<Finding> findings) {
    LanguageModel model = workload.build(storage);
    for (int rows : batches) {
      measure(model, with(rows, workload.gamma()), Form.FUSED, findings);
    }
    if (device.hasForms()) {
      measure(model, workload, Form.PRODUCTS, findings);
    }
    for (int gamma : gammas) {
      if (gamma <= workload.model().blocks() && gamma != workload.gamma()) {
        measure(model, with(workload.batch(), gamma), Form.FUSED, findings);
      }
    }
  }

  private Workload with(int rows, int gamma) {
    return new Workload(workload.model(), rows, workload.length(), workload.rank(), gamma);
  }

  private void measure(LanguageModel model, Workload asked, Form form, Consumer<Finding> findings) {
    List<List<Integer>> schedule =
        new Rounds(0, STEPS, STEPS, 0).schedule(asked.model().blocks(), asked.gamma());
    FineTuneConfiguration configuration =
        asked.configuration(Method.OWLORE, STEPS, STEPS, schedule).toBuilder()
            .checkpointing(Checkpointing.BLOCK)
            .build();
    double[] taken = new double[1];
    MemoryReport peak;
    try (FineTuner tuner = new FineTuner(model, configuration, device.in(form))) {
      peak =
          tuner
              .fit(
                  asked.batches(),
                  STEPS,
                  report -> {
                    taken[0] = used.bytes().orElse(0);
                    return true;
                  })
              .peak();
    }
    String name =
        "batch %d, gamma %d%s: "
            .formatted(asked.batch(), asked.gamma(), form == Form.FUSED ? "" : ", " + form.label());
    boolean itself = asked.equals(workload) && form == Form.FUSED;
    findings.accept(Finding.of(name + "weights", peak.weights() / 1e9, UNIT));
    findings.accept(Finding.of(name + "optimizer", peak.optimizer() / 1e9, UNIT));
    findings.accept(Finding.of(name + "workspace", peak.workspace() / 1e9, UNIT));
    findings.accept(
        Finding.atMost(
            name + "together",
            peak.total() / 1e9,
            UNIT,
            itself ? limit / 1e9 : Double.POSITIVE_INFINITY));
    if (taken[0] > 0) {
      findings.accept(Finding.of(name + "taken on the device, by all", taken[0] / 1e9, UNIT));
    }
  }

  /** Numbers from one on. */
  public static List<Integer> upTo(int last) {
    return IntStream.rangeClosed(1, last).boxed().toList();
  }
}
