package org.owlore.cuda.source;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.owlore.cuda.device.Attention;
import org.owlore.cuda.device.Attention.Matrix;
import org.owlore.cuda.device.Attention.Pass;
import org.owlore.cuda.kernel.NumberType;
import org.owlore.cuda.source.HostKernels.Turns;

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

  @ParameterizedTest
  @CsvSource({"FLOAT32", "BFLOAT16"})
  void simple(NumberType type) {
    agree(SampleAttention.of(type, 20, 36, 24).batches(2).build());
  }
}
