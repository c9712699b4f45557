package org.owlore.graph.layers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;

class ExecutionOrderTest {

  private static SameDiffOp operation(String output, String... inputs) {
    return SameDiffOp.builder()
        .name(output)
        .inputsToOp(inputs.length == 0 ? null : List.of(inputs))
        .outputsOfOp(List.of(output))
        .build();
  }

  private static List<String> sorted(List<SameDiffOp> operations) {
    return ExecutionOrder.of(operations).stream().map(SameDiffOp::getName).toList();
  }

  @Test
  void anOrderThatCanRunIsKept() {
    assertThat(sorted(List.of(operation("c"), operation("a"), operation("b", "c", "weight"))))
        .containsExactly("c", "a", "b");
  }

  @Test
  void whatReadsComesBehindWhatItReads() {
    assertThat(sorted(List.of(operation("c", "b", "b"), operation("d", "c"), operation("b", "a"))))
        .containsExactly("b", "c", "d");
  }

  @Test
  void aChainIsFoundInAnyShuffle() {
    List<SameDiffOp> chain = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      chain.add(i == 0 ? operation("0") : operation("" + i, "" + (i - 1), "" + i / 2));
      names.add("" + i);
    }
    chain.set(1, operation("1", "0"));
    Collections.shuffle(chain, new Random());

    assertThat(sorted(chain)).isEqualTo(names);
  }
}
