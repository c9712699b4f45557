package org.owlore.cuda.training;

import java.util.Map;
import java.util.function.BiConsumer;
import lombok.NonNull;
import lombok.RequiredArgsConstructor;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.cuda.device.Device;
import org.owlore.cuda.device.DeviceException;
import org.owlore.cuda.device.OutOfDeviceMemoryException;
import org.owlore.cuda.device.Place;
import org.owlore.cuda.execution.ProgramExecutor;
import org.owlore.cuda.execution.ProgramObserver;
import org.owlore.cuda.program.AttentionForm;
import org.owlore.cuda.program.DeviceArray;
import org.owlore.cuda.program.Precision;
import org.owlore.cuda.program.Program;
import org.owlore.engine.PlanRequest;
import org.owlore.finetune.ForwardDevice;
import org.owlore.graph.LanguageModel;

/** Computes a model on a device with memory of its own, which is closed with it. */
public final class DeviceForward implements ForwardDevice {
  private final Device device;
  private final Programs programs;

  /**
   * A model on a device.
   *
   * @param options where they leave attention open, it is fused for bfloat16 or when memory is
   *     short, and as products otherwise: a single pass is not worth a trial
   */
  public DeviceForward(
      @NonNull Device device, @NonNull LanguageModel model, @NonNull DeviceOptions options) {
    this.device = device;
    this.programs = new Programs(device, model.graph(), options);
    programs.prefer(
        options.precision() == Precision.BF16 ? AttentionForm.FUSED : AttentionForm.PRODUCTS);
  }

  /**
   * {@inheritDoc}
   *
   * @throws DeviceException when it does not fit; the device stays usable
   */
  @Override
  public void run(
      @NonNull PlanRequest request,
      @NonNull Map<String, INDArray> placeholders,
      @NonNull BiConsumer<String, INDArray> reader) {
    ProgramExecutor executor;
    try {
      executor = programs.withinMemory(() -> prepared(request, placeholders));
    } catch (OutOfDeviceMemoryException e) {
      programs.releaseWorkspace();
      throw new DeviceException(
          e.getMessage() + " Take fewer or shorter rows at a time, or weights in 16 bits.", e);
    }
    executor.run(new Downloads(executor.program(), reader));
  }

  private ProgramExecutor prepared(PlanRequest request, Map<String, INDArray> placeholders) {
    ProgramExecutor executor = programs.executor(request);
    executor.loadWeights();
    executor.prepare(placeholders);
    return executor;
  }

  @Override
  public void close() {
    try (device) {
      programs.close();
    }
  }

  /** Shows the host copies of what is visited. */
  @RequiredArgsConstructor
  private final class Downloads implements ProgramObserver {
    private final Program program;
    private final BiConsumer<String, INDArray> reader;

    @Override
    public void visit(String name, Place place) {
      DeviceArray array = program.array(name);
      long[] shape = program.plan().values().get(name).type().dimensions();
      try (INDArray copy = Nd4j.createUninitialized(array.type().getDataType(), shape, 'c')) {
        device.download(place, copy.data().addressPointer(), array.bytes()).await();
        reader.accept(name, copy);
      }
    }

    @Override
    public void gradient(String variable, Place gradient) {
      throw new IllegalStateException("A forward pass has no gradients.");
    }
  }
}
