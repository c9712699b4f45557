package org.owlore.cuda.source;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.owlore.cuda.device.Attention;
import org.owlore.cuda.device.Attention.Matrix;
import org.owlore.cuda.device.Attention.Pass;
import org.owlore.cuda.device.Device;
import org.owlore.cuda.driver.CudaEmulator;
import org.owlore.cuda.kernel.NumberType;
import org.owlore.cuda.source.HostKernels.Turns;
import org.owlore.cuda.source.SampleAttention.SampleAttentionBuilder;

/** What generated passes over attentions compute, found out on the host. */
class AttentionRunTest {
  private final Random random = new Random();

  /** Runs all passes over some attentions, as generated and as interpreted. */
  private void agree(SampleAttention... samples) {
    List<Attention> passes = new ArrayList<>();
    for (SampleAttention sample : samples) {
      for (Pass pass : Pass.values()) {
        passes.add(sample.pass(pass));
      }
    }
    try (HostKernels host = HostKernels.of(List.of(), passes)) {
      for (SampleAttention sample : samples) {
        for (Pass pass : Pass.values()) {
          List<KernelContent> contents = sample.contents(pass, random);
          Turns turns = random.nextBoolean() ? Turns.FORWARDS : Turns.BACKWARDS;
          new BothWays(host).agree(sample.pass(pass), turns, contents, sample.tolerance());
        }
      }
    }
  }

  private static SampleAttentionBuilder of(NumberType type, long rows, long columns, long depth) {
    return SampleAttention.of(type, rows, columns, depth);
  }

  @ParameterizedTest
  @CsvSource({"FLOAT32", "BFLOAT16"})
  void ofAnyDepth(NumberType type) {
    List<SampleAttention> samples = new ArrayList<>();
    for (long depth : new long[] {1, 7, 8, 16, 24, 64, 80, 128}) {
      long valueDepth = random.nextBoolean() ? depth : 1 + random.nextInt(40);
      samples.add(of(type, 18, 35, depth).valueDepth(valueDepth).build());
    }
    agree(samples.toArray(SampleAttention[]::new));
  }

  @ParameterizedTest
  @CsvSource({"FLOAT32", "BFLOAT16"})
  void ofAnyLength(NumberType type) {
    agree(
        of(type, 1, 1, 8).build(),
        of(type, 1, 70, 8).batches(3).build(),
        of(type, 70, 1, 8).batches(3).build(),
        of(type, 64, 64, 8).build(),
        of(type, 65, 129, 8).batches(2).build(),
        of(type, 130, 66, 5).build());
  }

  @ParameterizedTest
  @CsvSource({"FLOAT32", "BFLOAT16"})
  void ofMatricesOnTheirSides(NumberType type) {
    Set<Matrix> some = EnumSet.noneOf(Matrix.class);
    Stream.of(Matrix.values()).filter(matrix -> random.nextBoolean()).forEach(some::add);
    Set<Matrix> others = EnumSet.allOf(Matrix.class);
    others.removeAll(some);
    agree(
        of(type, 9, 21, 8).batches(2).transposed(some).build(),
        of(type, 9, 21, 8).batches(2).transposed(others).build(),
        of(type, 20, 17, 9).transposed(EnumSet.allOf(Matrix.class)).build());
  }

  @ParameterizedTest
  @CsvSource({"FLOAT32", "BFLOAT16"})
  void ofRowsInGroupsWhateverDimensionsThePairsHave(NumberType type) {
    agree(
        of(type, 30, 10, 8).batches(2).groups(3).build(),
        of(type, 30, 10, 8).batches(2).groups(3).flat(true).build(),
        of(type, 4, 33, 8).batches(5).flat(true).build());
  }

  @ParameterizedTest
  @CsvSource({"FLOAT32", "BFLOAT16"})
  void pairsTilesAndRowsWithoutWeight(NumberType type) {
    agree(
        of(type, 66, 66, 8).mask((position, column) -> column <= position).build(),
        of(type, 10, 140, 8).mask((position, column) -> column >= 130 - position).build(),
        of(type, 10, 140, 8).mask((position, column) -> column / 64 != 1).build(),
        of(type, 20, 20, 8).mask((position, column) -> position != 3).build(),
        of(type, 20, 140, 8).mask((position, column) -> position > 5 || column < 2).build(),
        of(type, 20, 80, 8).mask((position, column) -> position > column).hidden(-1e9).build());
  }

  @ParameterizedTest
  @CsvSource({"FLOAT32", "BFLOAT16"})
  void whatIsNotFiniteIsNotHidden(NumberType type) {
    List<SampleAttention> samples = new ArrayList<>();
    for (Matrix matrix : List.of(Matrix.QUERY, Matrix.KEY, Matrix.VALUE, Matrix.OUTPUT_GRADIENT)) {
      for (float odd : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
        samples.add(of(type, 19, 37, 8).batches(2).odd(matrix, odd).build());
      }
    }
    agree(samples.toArray(SampleAttention[]::new));
  }

  @Test
  void drawnAtRandom() {
    List<SampleAttention> samples = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      samples.add(SampleAttention.random(random));
    }
    agree(samples.toArray(SampleAttention[]::new));
  }

  @Test
  void throughTheDriver(@TempDir Path cache) {
    try (Device device = CudaEmulator.orSkip().open(cache)) {
      SampleAttention sample = SampleAttention.random(random);
      for (Pass pass : Pass.values()) {
        List<KernelContent> contents = sample.contents(pass, random);
        BothWays.agree(device, sample.pass(pass), contents, sample.tolerance());
      }
    }
  }
}
