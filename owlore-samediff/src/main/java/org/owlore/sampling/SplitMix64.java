package org.owlore.sampling;

/**
 * The SplitMix64 generator (Steele, Lea and Flood, 2014), written out so that a seed gives the same
 * layers on every Java version.
 */
final class SplitMix64 {
  private static final long INCREMENT = 0x9E3779B97F4A7C15L;

  private long state;

  SplitMix64(long seed) {
    this.state = seed;
  }

  /** An independent generator for each pair of a seed and an index. */
  static SplitMix64 of(long seed, long index) {
    return new SplitMix64(mix(mix(seed + INCREMENT) ^ index));
  }

  /** The next 64 random bits. */
  long nextLong() {
    state += INCREMENT;
    return mix(state);
  }

  /** The next number in [0, 1), a multiple of 2^-53. */
  double nextDouble() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  private static long mix(long bits) {
    long mixed = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
