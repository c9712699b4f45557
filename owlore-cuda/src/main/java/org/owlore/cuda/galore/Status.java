package org.owlore.cuda.galore;

import java.util.function.IntFunction;
import org.bytedeco.javacpp.IntPointer;
import org.owlore.cuda.device.Device;
import org.owlore.cuda.device.DeviceMemory;
import org.owlore.cuda.device.HostMemory;
import org.owlore.cuda.device.Place;
import org.owlore.cuda.kernel.Function;
import org.owlore.cuda.kernel.Index;
import org.owlore.cuda.kernel.KernelBuilder;
import org.owlore.cuda.kernel.NumberType;
import org.owlore.finetune.TrainingException;

/**
 * What has gone wrong, kept on the device: a few int32 numbers that every kernel of the optimizer
 * looks at. After the first failure nothing is written any more, until the host asks.
 */
final class Status implements AutoCloseable {
  /** In place of a variable's number: nothing has failed. */
  private static final int NOTHING = -1;

  /** In place of a variable's number: the loss. */
  private static final int LOSS = -2;

  /** The numbers. */
  enum Field {
    /** 1, or 0 when the loss is not finite; set from outside. */
    GUARD,
    /** 1 once something is wrong: nothing is written. Written by checks only. */
    STOPPED,
    /** 1 once a failure is recorded. Never written by checks. */
    RECORDED,
    /** Number of the variable whose gradient is not finite. */
    VARIABLE,
    /** The step at which that was. */
    STEP,
    /** Steps that the variable had done. */
    OWN_STEPS,
    /** Number of a variable that became too large for its type. */
    OVERFLOWING,
    /** The step at which that was. */
    OVERFLOWING_STEP
  }

  private static final int FIELDS = Field.values().length;

  private final Device device;
  private final DeviceMemory memory;

  /** Pinned, so that an answer travels beside other work. */
  private final HostMemory answer;

  Status(Device device) {
    this.device = device;
    this.memory = device.allocate(4L * FIELDS);
    this.answer = device.allocatePinned(memory.bytes());
    reset();
  }

  /** Forgets what has gone wrong. */
  void reset() {
    try (IntPointer start = new IntPointer(1, 0, 0, NOTHING, 0, 0, NOTHING, 0)) {
      device.upload(start, memory.start(), memory.bytes());
    }
  }

  /** Where it begins. */
  Place place() {
    return memory.start();
  }

  /** Where {@link Field#GUARD} is. */
  Place guard() {
    return memory.at(4L * Field.GUARD.ordinal());
  }

  /** Bytes on the device. */
  long bytes() {
    return memory.bytes();
  }

  /** Adds the parameter of the status. */
  static int parameter(KernelBuilder kernel) {
    return kernel.parameter(NumberType.INT32, true);
  }

  /** Whether a number is not 0: a truth. */
  static int holds(Field field, KernelBuilder kernel, int status) {
    return kernel.apply(Function.TO_TRUTH, kernel.load(status, index(field)));
  }

  /** Sets a number where a truth holds. */
  static void set(Field field, KernelBuilder kernel, int status, int where, int value) {
    kernel.storeWhere(where, status, index(field), value);
  }

  /** Records the failure of a gradient, or of the loss, and stops what follows. */
  static void check(KernelBuilder kernel, int status, int scalars, int finite) {
    int good = holds(Field.GUARD, kernel, status);
    int recorded = holds(Field.RECORDED, kernel, status);
    int wrong = kernel.apply(Function.NOT, kernel.apply(Function.AND, good, finite));
    int first = kernel.apply(Function.AND, wrong, kernel.apply(Function.NOT, recorded));
    int stops = kernel.apply(Function.OR, wrong, recorded);
    set(Field.STOPPED, kernel, status, stops, kernel.integer(1));
    int before = kernel.enterGuard(first);
    int variable = Scalars.Whole.VARIABLE.load(kernel, scalars);
    int name = kernel.apply(Function.SELECT, good, variable, kernel.integer(LOSS));
    set(Field.VARIABLE, kernel, status, first, name);
    set(Field.STEP, kernel, status, first, Scalars.Whole.STEP.load(kernel, scalars));
    set(Field.OWN_STEPS, kernel, status, first, Scalars.Whole.OWN_STEPS.load(kernel, scalars));
    kernel.leaveGuard(before);
  }

  /** Whether what a check looked at was good: a truth. Keeps the check's record if not. */
  static int good(KernelBuilder kernel, int status) {
    int stopped = holds(Field.STOPPED, kernel, status);
    set(Field.RECORDED, kernel, status, stopped, kernel.integer(1));
    return kernel.apply(Function.NOT, stopped);
  }

  private static Index index(Field field) {
    return Index.of(field.ordinal());
  }

  /**
   * Asks the device what has gone wrong, if anything.
   *
   * @param variables what a variable of some number is
   * @return waits for the answer and throws a {@link TrainingException} where something has; to be
   *     run once
   */
  Runnable ask(IntFunction<Variable> variables) {
    Device.Transfer transfer = device.download(memory.start(), answer.pointer(), memory.bytes());
    return () -> {
      transfer.await();
      int[] fields = new int[FIELDS];
      new IntPointer(answer.pointer()).get(fields);
      require(fields, variables);
    };
  }

  private static void require(int[] fields, IntFunction<Variable> variables) {
    int variable = fields[Field.VARIABLE.ordinal()];
    int step = fields[Field.STEP.ordinal()];
    if (variable == LOSS) {
      throw new TrainingException(
          "The loss is not finite at step %d: try a smaller learning rate or a longer warm-up, and look at the data of this step."
              .formatted(step));
    }
    if (variable != NOTHING) {
      throw variables.apply(variable).gradientNotFinite(step, fields[Field.OWN_STEPS.ordinal()]);
    }
    int overflowing = fields[Field.OVERFLOWING.ordinal()];
    if (overflowing != NOTHING) {
      throw variables.apply(overflowing).tooLarge(fields[Field.OVERFLOWING_STEP.ordinal()]);
    }
  }

  @Override
  public void close() {
    answer.close();
    memory.close();
  }
}
