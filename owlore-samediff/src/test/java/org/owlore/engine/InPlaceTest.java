package org.owlore.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Which results are written over what they are made from. */
class InPlaceTest {
  private final SameDiff graph = SameDiff.create();
  private final SDVariable x = graph.placeHolder("x", DataType.FLOAT, 3, 4);
  private final Map<String, INDArray> batch = Map.of("x", Nd4j.randn(DataType.FLOAT, 3, 4));

  private TrainingPlan plan(String... outputs) {
    return new PlanCompiler(graph)
        .compile(
            PlanRequest.builder()
                .outputs(List.of(outputs))
                .placeholders(Engine.types(batch))
                .build());
  }

  private String root(TrainingPlan plan, String array) {
    return plan.values().get(array).root();
  }

  @Test
  void aChainOfElementwiseOperationsNeedsOneArray() {
    graph.math().tanh("tanh", x);
    graph.getVariable("tanh").add("sum", 1).neg("result");
    TrainingPlan plan = plan("result");
    assertThat(root(plan, "result")).isEqualTo(root(plan, "tanh")).isEqualTo("x");
  }

  @Test
  void whatIsReadLaterIsNotOverwritten() {
    graph.math().tanh("tanh", x);
    graph.getVariable("tanh").neg("negative").mul("result", graph.getVariable("tanh"));
    TrainingPlan plan = plan("result");
    assertThat(root(plan, "negative")).isNotEqualTo(root(plan, "tanh"));
    assertThat(root(plan, "result")).isIn(root(plan, "tanh"), root(plan, "negative"));
  }

  @Test
  void whatTheCallerReadsIsNotOverwritten() {
    graph.math().tanh("tanh", x);
    graph.getVariable("tanh").neg("result");
    TrainingPlan plan = plan("result", "tanh");
    assertThat(root(plan, "result")).isNotEqualTo(root(plan, "tanh"));
  }

  @Test
  void weightsAndConstantsAreNeverOverwritten() {
    graph.var("weight", Nd4j.ones(DataType.FLOAT, 3, 4)).neg("result");
    TrainingPlan plan = plan("result");
    assertThat(root(plan, "result")).isEqualTo("result");
  }

  @Test
  void aBroadcastOperandIsNotOverwrittenButTheFullOneIs() {
    SDVariable row = x.sum("row", true, 0);
    SDVariable full = x.permute(1, 0).permute(1, 0).rename("full");
    row.mul("result", full);
    TrainingPlan plan = plan("result");
    assertThat(root(plan, "result")).isEqualTo(root(plan, "full")).isNotEqualTo(root(plan, "row"));
  }

  @Test
  void aViewKeepsItsOriginAlive() {
    SDVariable tanh = graph.math().tanh("tanh", x);
    SDVariable flat = tanh.reshape(12);
    tanh.neg("negative").reshape(12).add("result", flat);
    TrainingPlan plan = plan("result");
    assertThat(root(plan, "negative")).isNotEqualTo(root(plan, "tanh"));
  }

  @Test
  void theResultIsTheSame() {
    SDVariable tanh = graph.math().tanh("tanh", x);
    SDVariable shifted = tanh.add(x.sum(true, 1)).mul(x.sum(true, 0).sub(tanh));
    graph.nn().softmax("softmax", shifted.div(x.mul(x).add(1)), 1).neg("result");
    INDArray expected = graph.outputSingle(batch, "result");
    INDArray actual = Trial.of(graph, batch, List.of(), List.of("result")).outputs().get("result");
    assertThat(actual.equalsWithEps(expected, 1e-6)).as("%s, not %s", actual, expected).isTrue();
  }
}
