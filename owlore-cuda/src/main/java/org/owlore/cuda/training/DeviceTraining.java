package org.owlore.cuda.training;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lombok.NonNull;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.cuda.device.Device;
import org.owlore.cuda.device.DeviceException;
import org.owlore.cuda.device.HostMemory;
import org.owlore.cuda.device.OutOfDeviceMemoryException;
import org.owlore.cuda.device.Place;
import org.owlore.cuda.execution.ProgramExecutor;
import org.owlore.cuda.execution.ProgramObserver;
import org.owlore.cuda.galore.DeviceOptimizer;
import org.owlore.cuda.kernel.Function;
import org.owlore.cuda.kernel.Index;
import org.owlore.cuda.kernel.Kernel;
import org.owlore.cuda.kernel.KernelBuilder;
import org.owlore.cuda.kernel.NumberType;
import org.owlore.cuda.program.Instruction;
import org.owlore.cuda.program.Program;
import org.owlore.engine.Profile;
import org.owlore.finetune.FineTuneConfiguration;
import org.owlore.finetune.FrozenState;
import org.owlore.finetune.MemoryReport;
import org.owlore.finetune.NarrowUpdate;
import org.owlore.finetune.TrainingDevice;
import org.owlore.finetune.TrainingException;
import org.owlore.graph.LanguageModel;
import org.owlore.precision.NarrowWeight;

/**
 * Fine-tunes on a device with memory of its own. Weights are uploaded when they are needed first
 * and stay, whichever layers are sampled; in a step, batch and step size go in and the loss comes
 * out, while the backward pass goes on. A gradient that is not finite stops all updates on the
 * device at once, and the run at the end of the next step.
 */
public final class DeviceTraining implements TrainingDevice {
  private final Device device;
  private final FrozenState frozenState;
  private final boolean frozenStateStays;
  private final Programs programs;
  private final AttentionTrial trial;
  private final DeviceOptimizer optimizer;
  private final HostMemory loss;
  private final Kernel lossCheck = lossCheck();
  private final LanguageModel model;
  private final Replay replay;
  private Runnable checkOfLastStep = () -> {};

  /**
   * Training on a device, which is closed with it.
   *
   * @throws UnsupportedOperationException for float32 masters of narrow weights
   */
  public DeviceTraining(
      @NonNull Device device,
      @NonNull LanguageModel model,
      @NonNull FineTuneConfiguration configuration,
      @NonNull Set<String> projected,
      @NonNull DeviceOptions options) {
    this(
        device,
        model,
        configuration,
        projected,
        options,
        new AttentionTrial(device, System::nanoTime));
  }

  /** With a trial of one's own. */
  DeviceTraining(
      Device device,
      LanguageModel model,
      FineTuneConfiguration configuration,
      Set<String> projected,
      DeviceOptions options,
      AttentionTrial trial) {
    requireNoMasters(model, configuration);
    this.device = device;
    this.model = model;
    this.frozenState = configuration.frozenState();
    this.frozenStateStays =
        frozenState == FrozenState.KEPT && configuration.method().samplesLayers();
    this.trial = trial;
    this.programs = new Programs(device, model.graph(), options);
    this.optimizer =
        new DeviceOptimizer(
            device,
            configuration.updater(),
            configuration.weightDecay(),
            projected,
            configuration.seed());
    this.loss = device.allocatePinned(Float.BYTES);
    this.replay = new Replay(device, options.repeatsSteps());
  }

  private static void requireNoMasters(LanguageModel model, FineTuneConfiguration configuration) {
    boolean narrow =
        model.graph().variables().stream()
            .anyMatch(
                variable -> variable.getArr() != null && NarrowWeight.isNarrow(variable.getArr()));
    if (narrow && configuration.narrowUpdate() == NarrowUpdate.MASTERS) {
      throw new UnsupportedOperationException(
          "A CUDA device keeps no float32 masters of narrow weights: use stochastic rounding, or store the weights in float32.");
    }
  }

  @Override
  public void begin() {
    replay.forget();
    checkOfLastStep = () -> {};
    optimizer.forgetFailures();
    programs.forgetWeights();
  }

  @Override
  public void freezeAllBut(Set<String> trained) {
    replay.forget();
    switch (frozenState) {
      case DROPPED -> optimizer.dropAllBut(trained);
      case OFFLOADED -> optimizer.offloadAllBut(trained);
      case KEPT -> {}
    }
  }

  @Override
  public Outcome step(Step step) {
    try {
      return tryStep(step);
    } catch (OutOfDeviceMemoryException e) {
      MemoryReport held = memory();
      replay.forget();
      programs.releaseWorkspace();
      throw new Shortage(step, held, frozenStateStays, e).exception();
    } catch (DeviceException e) {
      throw explained(e);
    }
  }

  /**
   * A library that stumbles over what is no number is no news beside the gradient that was none.
   */
  private RuntimeException explained(DeviceException failure) {
    try {
      optimizer.requireFinite();
    } catch (TrainingException cause) {
      cause.addSuppressed(failure);
      return cause;
    } catch (DeviceException silent) {
      failure.addSuppressed(silent);
    }
    return failure;
  }

  private Outcome tryStep(Step step) {
    programs.chooseAttention(trial, step.request(), step.placeholders());
    boolean unmoved = programs.withinMemory(() -> begin(step));
    ProgramExecutor executor = programs.executor(step.request());
    LossReader reader = new LossReader(step);
    if (replay.repeats(executor, unmoved && optimizer.isSteady())) {
      optimizer.countRepeatedStep();
    } else if (replay.isDue()) {
      replay.note(() -> executor.run(reader));
    } else {
      reader.sendAtOnce();
      executor.run(reader);
    }
    double value = reader.await(executor);
    checkOfLastStep.run();
    TrainingDevice.requireFiniteLoss(value, step.number());
    checkOfLastStep = optimizer.startCheck();
    return new Outcome(value, new Profile(executor.program().plan(), List.of()));
  }

  /** Takes all memory that a step needs; returns whether everything is where it was before. */
  private boolean begin(Step step) {
    ProgramExecutor executor = programs.executor(step.request());
    executor.loadWeights();
    optimizer.beginStep(shapes(executor.program()), step.number(), step.epoch());
    return executor.prepare(step.placeholders());
  }

  @Override
  public MemoryReport memory() {
    return new MemoryReport(
        programs.weightBytes(),
        optimizer.bytes() + optimizer.workBytes(),
        programs.workspaceBytes());
  }

  @Override
  public void end(Set<String> trained) {
    programs.download(trained);
    Runnable check = checkOfLastStep;
    checkOfLastStep = () -> {};
    check.run();
  }

  @Override
  public void close() {
    try (device;
        programs;
        optimizer;
        loss) {
      replay.forget();
    }
  }

  /** The shape of each variable that a program updates, in its order. */
  private Map<String, long[]> shapes(Program program) {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    for (Instruction instruction : program.instructions()) {
      if (instruction instanceof Instruction.Update update) {
        INDArray weight = model.graph().getArrForVarName(update.variable());
        shapes.put(update.variable(), Arrays.copyOf(weight.shape(), weight.rank()));
      }
    }
    return shapes;
  }

  /** guard = 1 if the loss is finite, else 0. */
  private static Kernel lossCheck() {
    KernelBuilder kernel = new KernelBuilder("loss_check", List.of(), List.of());
    int guard = kernel.parameter(NumberType.INT32, true);
    int value = kernel.parameter(NumberType.FLOAT32, false);
    int finite = kernel.apply(Function.IS_FINITE, kernel.load(value, Index.ZERO));
    kernel.store(guard, Index.ZERO, kernel.apply(Function.TO_INTEGER, finite));
    return kernel.build();
  }

  /** Looks at the loss as soon as it is computed, and updates weight by weight. */
  private final class LossReader implements ProgramObserver {
    private final Step step;
    private boolean atOnce;
    private Device.Transfer transfer;

    LossReader(Step step) {
      this.step = step;
    }

    /** The loss is sent while the backward pass goes on; a recording cannot hold that. */
    void sendAtOnce() {
      atOnce = true;
    }

    @Override
    public void visit(String name, Place place) {
      device.launch(lossCheck, List.of(optimizer.guard(), place));
      if (atOnce) {
        transfer = device.download(place, loss.pointer(), Float.BYTES);
      }
    }

    @Override
    public void gradient(String variable, Place gradient) {
      step.aboutToUpdate().accept(variable);
      NumberType type = NumberType.of(model.graph().getArrForVarName(variable).dataType());
      optimizer.update(variable, programs.weight(variable), type, gradient);
    }

    double await(ProgramExecutor executor) {
      if (transfer == null) {
        transfer = device.download(executor.place(step.loss()), loss.pointer(), Float.BYTES);
      }
      transfer.await();
      return new FloatPointer(loss.pointer()).get(0);
    }
  }
}
