package org.owlore.precision;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import lombok.NonNull;
import org.bytedeco.javacpp.ShortPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.backend.HostMemory;

/**
 * A weight of 16 bits a number, updated in float32. Works chunk by chunk on all threads, without a
 * copy of the whole weight.
 */
public final class NarrowWeight {
  /** Numbers that are in the processor's cache at a time; even, as {@link RoundingNoise} wants. */
  private static final int CHUNK = 1 << 12;

  /** Numbers that one thread does before it asks for more. */
  private static final long SPAN = 1 << 18;

  private final INDArray weight;
  private final ShortPointer memory;
  private final HalfPrecision precision;

  /**
   * A weight.
   *
   * @param weight HALF or BFLOAT16, C order, contiguous; changed by the methods
   * @throws IllegalArgumentException for an array of another type
   */
  public NarrowWeight(@NonNull INDArray weight) {
    this.weight = weight;
    this.precision = HalfPrecision.of(weight.dataType());
    this.memory = new ShortPointer(HostMemory.toChange(weight));
  }

  /** Whether an array has 16 bits a number. */
  public static boolean isNarrow(@NonNull INDArray array) {
    return array.dataType() == DataType.HALF || array.dataType() == DataType.BFLOAT16;
  }

  /**
   * {@code W <- (1 - decay)(W - update)}, computed in float32 and rounded at random such that the
   * mean is right: an update far below the precision of the weight counts by its probability.
   *
   * @param update FLOAT, of the weight's shape, C order, contiguous
   * @param decay share of the weight that is lost
   * @param noise decides the rounding
   * @throws ArithmeticException if a number becomes too large for the weight's type; others may
   *     have been updated then
   */
  public void subtract(@NonNull INDArray update, double decay, @NonNull RoundingNoise noise) {
    requireFloat(update);
    ArrayBits updates = ArrayBits.of(update);
    run(() -> new Subtraction(updates, (float) decay, (float) (1 - decay), noise));
  }

  /**
   * Takes over the numbers of a float32 copy, rounded to nearest, ties to even.
   *
   * @param master FLOAT, of the weight's shape, C order, contiguous
   * @throws ArithmeticException if a number is too large for the weight's type; others may have
   *     been taken over then
   */
  public void assign(@NonNull INDArray master) {
    requireFloat(master);
    ArrayBits masters = ArrayBits.of(master);
    run(() -> new Assignment(masters));
  }

  private void requireFloat(INDArray other) {
    if (other.dataType() != DataType.FLOAT || !Arrays.equals(other.shape(), weight.shape())) {
      throw new IllegalArgumentException(
          "A weight of shape %s takes FLOAT of that shape, but was given %s of shape %s."
              .formatted(
                  Arrays.toString(weight.shape()),
                  other.dataType(),
                  Arrays.toString(other.shape())));
    }
  }

  /** On failure throws in the caller's thread, since a pool's threads lose the message. */
  private void run(Supplier<Work> work) {
    long spans = (weight.length() + SPAN - 1) / SPAN;
    LongStream.range(0, spans)
        .parallel()
        .mapToObj(span -> attempt(work.get(), span * SPAN))
        .filter(Objects::nonNull)
        .findFirst()
        .ifPresent(
            failure -> {
              throw failure;
            });
  }

  private ArithmeticException attempt(Work work, long first) {
    long end = Math.min(first + SPAN, weight.length());
    try {
      for (long start = first; start < end; start += CHUNK) {
        work.run(start, (int) Math.min(CHUNK, end - start));
      }
      return null;
    } catch (ArithmeticException e) {
      return e;
    }
  }

  /** What one thread does to some consecutive numbers. */
  @FunctionalInterface
  private interface Work {
    void run(long start, int count);
  }

  /** See {@link NarrowWeight#subtract}. */
  private final class Subtraction implements Work {
    private final short[] halves = new short[CHUNK];
    private final int[] weights = new int[CHUNK];
    private final int[] changes = new int[CHUNK];
    private final int[] random = new int[CHUNK];
    private final ArrayBits updates;
    private final float lost;
    private final float kept;
    private final RoundingNoise noise;

    Subtraction(ArrayBits updates, float lost, float kept, RoundingNoise noise) {
      this.updates = updates;
      this.lost = lost;
      this.kept = kept;
      this.noise = noise;
    }

    @Override
    public void run(long start, int count) {
      ShortPointer place = new ShortPointer(memory).position(start);
      place.get(halves, 0, count);
      precision.widen(halves, weights, count);
      updates.read(start, changes, count);
      for (int i = 0; i < count; i++) {
        float old = Float.intBitsToFloat(weights[i]);
        float change = kept * Float.intBitsToFloat(changes[i]) + lost * old;
        weights[i] = Float.floatToRawIntBits(old - change);
      }
      noise.fill(start, random, count);
      precision.narrow(weights, random, halves, count);
      place.put(halves, 0, count);
    }
  }

  /** See {@link NarrowWeight#assign}. */
  private final class Assignment implements Work {
    private final short[] halves = new short[CHUNK];
    private final int[] values = new int[CHUNK];
    private final ArrayBits masters;

    Assignment(ArrayBits masters) {
      this.masters = masters;
    }

    @Override
    public void run(long start, int count) {
      masters.read(start, values, count);
      precision.narrow(values, halves, count);
      new ShortPointer(memory).position(start).put(halves, 0, count);
    }
  }
}
