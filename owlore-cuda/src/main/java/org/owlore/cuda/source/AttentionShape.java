package org.owlore.cuda.source;

import java.util.Comparator;
import java.util.stream.Stream;
import lombok.NonNull;
import org.owlore.cuda.device.Attention;
import org.owlore.cuda.device.Attention.Pass;

/**
 * How an attention is divided among threads; depends on nothing but the attention.
 *
 * @param blocks how many groups of threads; 0 when there is nothing to do
 * @param owned rows, in a {@link Pass#COLUMNS} pass columns, that a block works out; 16 of them a
 *     warp
 * @param tile positions of the other side that it looks at in one go
 */
public record AttentionShape(int blocks, int owned, int tile) {
  private static final int WARP = 32;
  private static final int WARP_ROWS = 16;

  /** What every device has for a block without being asked for more, bytes. */
  private static final long SHARED_BYTES = 48 << 10;

  /** Rows of a matrix lie this much further apart in shared memory than they need to, bytes. */
  private static final int GAP = 16;

  /**
   * The shape for an attention: the largest one that fits into shared memory.
   *
   * @throws IllegalArgumentException if none fits, which cannot be up to {@link
   *     Attention#LARGEST_DEPTH}
   */
  public static AttentionShape of(@NonNull Attention attention) {
    boolean columns = attention.pass() == Pass.COLUMNS;
    long own = columns ? attention.columns() : attention.rows();
    long other = columns ? attention.rows() : attention.columns();
    return sizes(own)
        .flatMap(owned -> sizes(other).map(tile -> of(attention, own, owned, tile)))
        .filter(shape -> shape.sharedBytes(attention) <= SHARED_BYTES)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "An attention's %s pass with depths %d and %d of %s needs more than the %d KiB of shared memory of a block: multiply its matrices one by one instead."
                        .formatted(
                            attention.pass(),
                            attention.depth(),
                            attention.valueDepth(),
                            attention.operands(),
                            SHARED_BYTES >> 10)));
  }

  /** Threads in each block. */
  public int threads() {
    return owned / WARP_ROWS * WARP;
  }

  /** As it is launched. */
  public LaunchShape launch() {
    return new LaunchShape(blocks, threads(), 1);
  }

  private static AttentionShape of(Attention attention, long positions, int owned, int tile) {
    long blocks = attention.batches() * ((positions + owned - 1) / owned);
    return new AttentionShape(Math.toIntExact(blocks), owned, tile);
  }

  /** The largest one first; none of which the half would do for all positions. */
  private static Stream<Integer> sizes(long positions) {
    return Stream.of(16, 32, 64)
        .filter(size -> size == WARP_ROWS || size < 2 * positions)
        .sorted(Comparator.reverseOrder());
  }

  /** What the passes' tiles take, as attention.cu has them. */
  private long sharedBytes(Attention attention) {
    int width = attention.operands().getWidth();
    long deep = rowBytes(attention.depth(), width);
    long valueDeep = rowBytes(attention.valueDepth(), width);
    long pairs = owned * rowBytes(tile, width);
    return pairs
        + switch (attention.pass()) {
          case OUTPUT -> owned * deep + tile * (deep + valueDeep);
          case ROWS -> owned * (deep + valueDeep) + tile * Math.max(deep, valueDeep);
          case COLUMNS -> (owned + tile) * (deep + valueDeep);
        };
  }

  private static long rowBytes(long depth, int width) {
    return (depth + WARP_ROWS - 1) / WARP_ROWS * WARP_ROWS * width + GAP;
  }
}
