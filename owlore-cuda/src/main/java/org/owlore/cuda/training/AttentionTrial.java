package org.owlore.cuda.training;

import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import lombok.RequiredArgsConstructor;
import lombok.extern.slf4j.Slf4j;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.cuda.device.Device;
import org.owlore.cuda.device.OutOfDeviceMemoryException;
import org.owlore.cuda.device.Place;
import org.owlore.cuda.execution.ProgramExecutor;
import org.owlore.cuda.execution.ProgramObserver;
import org.owlore.cuda.program.AttentionForm;

/**
 * Finds out how a device computes attention faster, by running a step in each form without its
 * updates: no weight changes.
 */
@Slf4j
@RequiredArgsConstructor
final class AttentionTrial {
  private static final int RUNS = 3;

  /** What products must save to be worth their memory. */
  private static final double WORTHWHILE = 0.95;

  private static final ProgramObserver IDLE =
      new ProgramObserver() {
        @Override
        public void gradient(String variable, Place gradient) {}

        @Override
        public void visit(String name, Place place) {}
      };

  private final Device device;

  /** In nanoseconds. */
  private final LongSupplier clock;

  /**
   * The form to take: fused unless products are faster by more than 5 % and fit.
   *
   * @throws OutOfDeviceMemoryException when the fused one does not fit
   */
  AttentionForm faster(
      ProgramExecutor fused, ProgramExecutor products, Map<String, INDArray> placeholders) {
    log.info("Trying attention in one go and as products; kernels are compiled on the way.");
    long ofFused = nanoseconds(fused, placeholders);
    long ofProducts;
    try {
      ofProducts = nanoseconds(products, placeholders);
    } catch (OutOfDeviceMemoryException e) {
      log.info("Attention is computed in one go: as products it does not fit.");
      return AttentionForm.FUSED;
    }
    AttentionForm form =
        ofProducts < WORTHWHILE * ofFused ? AttentionForm.PRODUCTS : AttentionForm.FUSED;
    log.info(
        "Attention is computed {}: without updates a step takes {} in one go, which needs less memory, and {} as products.",
        form == AttentionForm.FUSED ? "in one go" : "as products",
        milliseconds(ofFused),
        milliseconds(ofProducts));
    return form;
  }

  private static String milliseconds(long nanoseconds) {
    return String.format(Locale.ROOT, "%.1f ms", nanoseconds / 1e6);
  }

  /** The shortest of some runs, after one that compiles kernels and finds algorithms. */
  private long nanoseconds(ProgramExecutor executor, Map<String, INDArray> placeholders) {
    executor.loadWeights();
    executor.prepare(placeholders);
    run(executor);
    long shortest = Long.MAX_VALUE;
    for (int i = 0; i < RUNS; i++) {
      shortest = Math.min(shortest, run(executor));
    }
    return shortest;
  }

  private long run(ProgramExecutor executor) {
    long start = clock.getAsLong();
    executor.run(IDLE);
    device.synchronize();
    return clock.getAsLong() - start;
  }
}
