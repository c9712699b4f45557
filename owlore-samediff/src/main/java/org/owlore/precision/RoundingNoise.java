package org.owlore.precision;

import lombok.Getter;
import lombok.NonNull;

/**
 * Random bits for stochastic rounding that nothing has to remember: they depend on seed, variable,
 * step and index only, so that they are the same on any number of threads and after a resume.
 */
public final class RoundingNoise {
  private static final long INCREMENT = 0x9E3779B97F4A7C15L;

  /** All that it depends on, for devices that make the same bits by themselves. */
  @Getter private final long key;

  private RoundingNoise(long key) {
    this.key = key;
  }

  /** The noise of one update of one variable. */
  public static RoundingNoise of(long seed, @NonNull String variable, long step) {
    long ofVariable = mix(mix(seed + INCREMENT) ^ variable.hashCode());
    return new RoundingNoise(mix(mix(ofVariable) ^ step));
  }

  /**
   * 32 random bits for each of some consecutive elements.
   *
   * @param start the first element, even
   * @param bits receives them, from its beginning on
   * @param count how many
   */
  void fill(long start, int[] bits, int count) {
    long state = key + start / 2 * INCREMENT;
    for (int i = 0; i < count; i += 2) {
      state += INCREMENT;
      long random = mix(state);
      bits[i] = (int) random;
      if (i + 1 < count) {
        bits[i + 1] = (int) (random >>> Integer.SIZE);
      }
    }
  }

  /** The output function of SplitMix64 (Steele, Lea and Flood, 2014). */
  private static long mix(long bits) {
    long mixed = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
