package org.owlore.cuda.galore;

import lombok.Builder;
import org.bytedeco.javacpp.BytePointer;
import org.owlore.cuda.device.Place;
import org.owlore.cuda.kernel.Index;
import org.owlore.cuda.kernel.KernelBuilder;
import org.owlore.cuda.kernel.NumberType;

/**
 * The numbers that one variable's update takes from the host in a step. They go to the device in
 * memory rather than as arguments, so that one step's launches are like another's.
 *
 * @param rate what the update is multiplied by: learning rate, bias correction and scale
 * @param kept share of the weight that its decay leaves
 * @param lost share of the weight that its decay takes
 * @param meanWeight 1 - beta1^t, for the rotation of moments
 * @param squareWeight 1 - beta2^t, for the rotation of moments
 * @param variable number of the variable
 * @param step of training
 * @param ownSteps that the variable has done before
 * @param noise key of the noise that decides rounding
 */
@Builder
record Scalars(
    float rate,
    float kept,
    float lost,
    float meanWeight,
    float squareWeight,
    int variable,
    int step,
    int ownSteps,
    long noise) {
  /** Bytes of one variable's numbers; a multiple of all widths. */
  static final int BYTES = 64;

  /** Bytes from the beginning to the integers. */
  private static final int INTEGERS = 32;

  /** Bytes from the beginning to the noise's key. */
  private static final int NOISE = 48;

  /** A float32 number. */
  enum Real {
    RATE,
    KEPT,
    LOST,
    MEAN_WEIGHT,
    SQUARE_WEIGHT;

    /** Loads it from a parameter that begins where the scalars do. */
    int load(KernelBuilder kernel, int parameter) {
      return kernel.load(parameter, Index.of(ordinal()));
    }
  }

  /** An int32 number. */
  enum Whole {
    VARIABLE,
    STEP,
    OWN_STEPS;

    /** Loads it from a parameter that begins where the integers do. */
    int load(KernelBuilder kernel, int parameter) {
      return kernel.load(parameter, Index.of(ordinal()));
    }
  }

  /** Writes the numbers into memory of the host. */
  void write(BytePointer memory, long offset) {
    memory.putFloat(offset, rate);
    memory.putFloat(offset + 4, kept);
    memory.putFloat(offset + 8, lost);
    memory.putFloat(offset + 12, meanWeight);
    memory.putFloat(offset + 16, squareWeight);
    memory.putInt(offset + INTEGERS, variable);
    memory.putInt(offset + INTEGERS + 4, step);
    memory.putInt(offset + INTEGERS + 8, ownSteps);
    memory.putLong(offset + NOISE, noise);
  }

  /** Where the integers are. */
  static Place integers(Place scalars) {
    return scalars.plus(INTEGERS);
  }

  /** Where the noise's key is. */
  static Place noise(Place scalars) {
    return scalars.plus(NOISE);
  }

  /** Adds the parameter of the reals. */
  static int reals(KernelBuilder kernel) {
    return kernel.parameter(NumberType.FLOAT32, false);
  }

  /** Adds the parameter of the integers. */
  static int integers(KernelBuilder kernel) {
    return kernel.parameter(NumberType.INT32, false);
  }
}
