package org.owlore.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GraphReaderTest {
  private final SameDiff graph = SameDiff.create();
  private final SDVariable weight = graph.var("weight", Nd4j.randn(DataType.FLOAT, 3, 4));

  private List<String> read(String... outputs) {
    return new GraphReader(graph)
        .read(List.of(outputs)).stream().flatMap(node -> node.outputs().stream()).toList();
  }

  @Test
  void operationsComeInTheOrderInWhichTheGraphWasBuilt() {
    SDVariable a = graph.math.tanh("a", weight);
    SDVariable b = graph.math.exp("b", weight);
    b.add("c", a);
    assertThat(read("c")).containsExactly("a", "b", "c");
    assertThat(read("c", "b", "a")).containsExactly("a", "b", "c");
  }

  @Test
  void operationsThatNoOutputNeedsAreLeftOut() {
    SDVariable a = graph.math.tanh("a", weight);
    graph.math.exp("unused", a);
    a.add("b", 1.0);
    assertThat(read("b")).containsExactly("a", "b");
  }

  @Test
  void anOutputThatIsAWeightNeedsNothing() {
    assertThat(read("weight")).isEmpty();
  }

  @Test
  void anUnknownOutputIsNamed() {
    assertThatThrownBy(() -> read("nothing"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The graph has no array \"nothing\".");
  }

  @Test
  void aWhileLoopIsRefusedByTheNameOfItsOperation() {
    SDVariable counter = graph.constant("counter", Nd4j.scalar(0f));
    SDVariable[] results =
        graph.whileLoop(
            new SDVariable[] {counter, weight},
            (inner, state) -> state[0].lt(3),
            (inner, state) -> new SDVariable[] {state[0].add(1), state[1].mul(2)});
    assertThatThrownBy(() -> read(results[1].name()))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageMatching(
            "Operation \"(exit|merge|switch|enter|next_iteration|loop_cond)\" \\(node \".*\"\\)"
                + " cannot be compiled: control flow and tensor arrays have no place in a plan;"
                + " train this graph through the listener in sd.fit instead\\.");
  }

  @Test
  void aConditionIsRefusedByTheNameOfItsOperation() {
    SDVariable condition = graph.placeHolder("condition", DataType.BOOL);
    SDVariable result =
        graph.ifCond(inner -> condition, inner -> weight.mul(2), inner -> weight.mul(3));
    assertThatThrownBy(() -> read(result.name()))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("control flow and tensor arrays have no place in a plan");
  }

  @Test
  void aTensorArrayIsRefusedByTheNameOfItsOperation() {
    var array = graph.tensorArray(DataType.FLOAT);
    SDVariable written = array.write(graph.constant(0), weight, graph.constant(0));
    SDVariable read = array.read(graph.constant(0));
    read.addControlDependency(written);
    assertThatThrownBy(() -> read(read.name()))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("Operation \"read_list\"")
        .hasMessageContaining("control flow and tensor arrays have no place in a plan");
  }

  @Test
  void aRandomDistributionIsRefusedByTheNameOfItsOperation() {
    SDVariable noise = graph.random().bernoulli(0.5, DataType.FLOAT, 3, 4);
    assertThatThrownBy(() -> read(noise.name()))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("neither elementwise, a reduction nor a custom operation");
  }

  @Test
  void aReductionThatIsNoCustomOperationIsRefused() {
    SDVariable entropy = graph.math.entropy(weight, 1);
    assertThatThrownBy(() -> read(entropy.name()))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("Operation \"entropy\"")
        .hasMessageContaining("no custom operation computes this reduction");
  }

  @Test
  void aReductionOfTwoArraysIsRefusedAlthoughACustomOperationHasItsName() {
    SDVariable product = weight.dot(weight, 1);
    assertThatThrownBy(() -> read(product.name()))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("Operation \"dot\"")
        .hasMessageContaining("no custom operation computes this reduction");
  }
}
