package org.owlore.examples.data;

/**
 * A random permutation for each epoch, computed element by element, so that any batch of a long run
 * is found again without replaying the run.
 *
 * <p>A Feistel network permutes the smallest power of four that holds all positions; a result
 * beyond the last row is permuted again until it lies within ("cycle walking", Black and Rogaway
 * 2002).
 */
final class Shuffle {
  private static final int ROUNDS = 6;

  private final int count;
  private final long seed;
  private final int halfBits;

  Shuffle(int count, long seed) {
    this.count = count;
    this.seed = seed;
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(1, count - 1));
    this.halfBits = (bits + 1) / 2;
  }

  /** The row at a position, from 0 to the number of rows, of an epoch. */
  int row(long epoch, int position) {
    long row = position;
    do {
      row = encrypt(epoch, row);
    } while (row >= count);
    return (int) row;
  }

  private long encrypt(long epoch, long value) {
    long mask = (1L << halfBits) - 1;
    long left = value >>> halfBits;
    long right = value & mask;
    for (int round = 0; round < ROUNDS; round++) {
      long mixed = left ^ (mix(mix(mix(seed) ^ epoch) ^ (right * ROUNDS + round)) & mask);
      left = right;
      right = mixed;
    }
    return left << halfBits | right;
  }

  /** The finalizer of SplitMix64 (Steele, Lea and Flood 2014). */
  private static long mix(long value) {
    long mixed = value + 0x9e3779b97f4a7c15L;
    mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
    return mixed ^ mixed >>> 31;
  }
}
