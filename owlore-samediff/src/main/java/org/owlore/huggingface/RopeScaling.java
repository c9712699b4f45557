package org.owlore.huggingface;

import org.owlore.files.CheckpointException;

/**
 * How a checkpoint stretches the rotary embedding beyond the length it was first trained on.
 *
 * <p>Arithmetic is float32 in the order that transformers uses, so that long positions turn by the
 * same angles.
 */
public sealed interface RopeScaling {

  /**
   * The frequency after scaling.
   *
   * @param inverseFrequency radians per position before scaling
   */
  float scale(float inverseFrequency);

  /** No scaling. */
  record None() implements RopeScaling {
    @Override
    public float scale(float inverseFrequency) {
      return inverseFrequency;
    }
  }

  /**
   * Position interpolation: every frequency divided by a factor.
   *
   * @param factor at least 1
   */
  record Linear(double factor) implements RopeScaling {
    /** Checks the factor. */
    public Linear {
      requireFactor(factor);
    }

    @Override
    public float scale(float inverseFrequency) {
      return inverseFrequency / (float) factor;
    }
  }

  /**
   * NTK-aware scaling, which depends on the length but leaves lengths up to the model's maximum as
   * they are; longer ones are not accepted, so nothing is scaled.
   *
   * @param factor at least 1
   */
  record Dynamic(double factor) implements RopeScaling {
    /** Checks the factor. */
    public Dynamic {
      requireFactor(factor);
    }

    @Override
    public float scale(float inverseFrequency) {
      return inverseFrequency;
    }
  }

  /**
   * Llama 3.1: low frequencies divided by a factor, high ones kept, those between interpolated.
   *
   * @param factor at least 1
   * @param lowFrequencyFactor wavelengths above {@code originalLength / lowFrequencyFactor} are
   *     scaled in full
   * @param highFrequencyFactor wavelengths below {@code originalLength / highFrequencyFactor} are
   *     kept; larger than {@code lowFrequencyFactor}
   * @param originalLength length of the first training, in tokens
   */
  record Llama3(
      double factor, double lowFrequencyFactor, double highFrequencyFactor, int originalLength)
      implements RopeScaling {
    /** Checks the factors. */
    public Llama3 {
      requireFactor(factor);
      if (!(highFrequencyFactor > lowFrequencyFactor)
          || !(lowFrequencyFactor > 0)
          || !(originalLength > 0)) {
        throw new CheckpointException(
            "RoPE scaling llama3 needs 0 < low_freq_factor < high_freq_factor and a positive"
                + " original_max_position_embeddings, but they are "
                + lowFrequencyFactor
                + ", "
                + highFrequencyFactor
                + " and "
                + originalLength
                + ".");
      }
    }

    @Override
    public float scale(float inverseFrequency) {
      float wavelength = (float) (2 * Math.PI) / inverseFrequency;
      if (wavelength < originalLength / highFrequencyFactor) {
        return inverseFrequency;
      }
      if (wavelength > originalLength / lowFrequencyFactor) {
        return inverseFrequency / (float) factor;
      }
      float smooth =
          ((float) originalLength / wavelength - (float) lowFrequencyFactor)
              / (float) (highFrequencyFactor - lowFrequencyFactor);
      return (1 - smooth) * inverseFrequency / (float) factor + smooth * inverseFrequency;
    }
  }

  private static void requireFactor(double factor) {
    if (!(factor >= 1)) {
      throw new CheckpointException(
          "RoPE scaling needs a factor of at least 1, but it is " + factor + ".");
    }
  }
}
