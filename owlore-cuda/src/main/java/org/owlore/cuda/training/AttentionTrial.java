package org.owlore.cuda.training;

import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import lombok.RequiredArgsConstructor;
import lombok.extern.slf4j.Slf4j;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.cuda.device.Device;
import org.owlore.cuda.device.DeviceException;
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

  /** How far apart losses may be, relative to one or, if larger, themselves: bfloat16 rounds. */
  private static final double TOLERANCE = 0.02;

  private final Device device;

  /** In nanoseconds. */
  private final LongSupplier clock;

  /** What a form takes, and what loss it finds. */
  private record Result(long nanoseconds, float loss) {}

  /**
   * The form to take: fused unless products are faster by more than 5 % and fit.
   *
   * @throws OutOfDeviceMemoryException when the fused one does not fit
   * @throws DeviceException when the forms do not agree on the loss
   */
  AttentionForm faster(
      ProgramExecutor fused, ProgramExecutor products, Map<String, INDArray> placeholders) {
    log.info("Trying attention in one go and as products; kernels are compiled on the way.");
    Result ofFused = measure(fused, placeholders);
    Result ofProducts;
    try {
      ofProducts = measure(products, placeholders);
    } catch (OutOfDeviceMemoryException e) {
      log.info("Attention is computed in one go: as products it does not fit.");
      return AttentionForm.FUSED;
    }
    requireSameLoss(ofFused.loss, ofProducts.loss);
    AttentionForm form =
        ofProducts.nanoseconds < WORTHWHILE * ofFused.nanoseconds
            ? AttentionForm.PRODUCTS
            : AttentionForm.FUSED;
    log.info(
        "Attention is computed {}: without updates a step takes {} in one go, which needs less memory, and {} as products.",
        form == AttentionForm.FUSED ? "in one go" : "as products",
        milliseconds(ofFused.nanoseconds),
        milliseconds(ofProducts.nanoseconds));
    return form;
  }

  private static void requireSameLoss(float fused, float products) {
    double allowed = TOLERANCE * Math.max(1, Math.abs(products));
    boolean same = Math.abs(fused - products) <= allowed || Float.compare(fused, products) == 0;
    if (!same) {
      throw new DeviceException(
          "The device finds a loss of %s with attention in one go, and of %s with attention as products: one of them is wrong. Set OWLORE_CUDA_ATTENTION to products, compare with --device cpu, and report this."
              .formatted(fused, products));
    }
  }

  private static String milliseconds(long nanoseconds) {
    return String.format(Locale.ROOT, "%.1f ms", nanoseconds / 1e6);
  }

  /** The shortest of some runs, after one that compiles kernels and finds algorithms. */
  private Result measure(ProgramExecutor executor, Map<String, INDArray> placeholders) {
    executor.loadWeights();
    LossReader loss = new LossReader();
    run(executor, placeholders, loss);
    long shortest = Long.MAX_VALUE;
    for (int i = 0; i < RUNS; i++) {
      shortest = Math.min(shortest, run(executor, placeholders, loss));
    }
    return new Result(shortest, loss.value);
  }

  /** Sends the placeholders each time: their memory is used again once they have been read. */
  private long run(
      ProgramExecutor executor, Map<String, INDArray> placeholders, ProgramObserver observer) {
    executor.prepare(placeholders);
    device.synchronize();
    long start = clock.getAsLong();
    executor.run(observer);
    device.synchronize();
    return clock.getAsLong() - start;
  }

  /** Reads the loss, which is all that a step shows, and updates nothing. */
  private final class LossReader implements ProgramObserver {
    private float value;

    @Override
    public void visit(String name, Place place) {
      try (FloatPointer copy = new FloatPointer(1)) {
        device.download(place, copy, Float.BYTES).await();
        value = copy.get();
      }
    }

    @Override
    public void gradient(String variable, Place gradient) {}
  }
}
