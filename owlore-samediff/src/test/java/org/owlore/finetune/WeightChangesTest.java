package org.owlore.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class WeightChangesTest {
  private final SameDiff graph = SameDiff.create();
  private final WeightChanges changes = new WeightChanges(graph);

  @BeforeEach
  void makeWeights() {
    graph.var("a", Nd4j.randn(DataType.FLOAT, 3, 5));
    graph.var("b", Nd4j.randn(DataType.FLOAT, 7));
    graph.var("narrow", Nd4j.randn(DataType.FLOAT, 4).castTo(DataType.BFLOAT16));
  }

  private INDArray weight(String name) {
    return graph.getArrForVarName(name);
  }

  @Test
  void aWeightThatDiffersInOneNumberHasChanged() {
    changes.aboutToUpdate("a");
    changes.aboutToUpdate("b");
    weight("a").putScalar(2, 4, weight("a").getFloat(2, 4) + 1e-3f);
    assertThat(changes.changed()).containsExactly("a");
  }

  @Test
  void aWeightThatReturnsToWhatItWasHasNotChanged() {
    changes.aboutToUpdate("b");
    weight("b").negi();
    weight("b").negi();
    assertThat(changes.changed()).isEmpty();
  }

  @Test
  void theWeightBeforeItsFirstUpdateCounts() {
    changes.aboutToUpdate("b");
    weight("b").addi(1);
    changes.aboutToUpdate("b");
    assertThat(changes.changed()).containsExactly("b");
  }

  @Test
  void narrowWeightsCountToo() {
    changes.aboutToUpdate("narrow");
    weight("narrow").assign(3);
    assertThat(changes.changed()).containsExactly("narrow");
  }

  @Test
  void whatNobodyUpdatesIsNotLookedAt() {
    weight("a").addi(1);
    assertThat(changes.changed()).isEmpty();
  }
}
