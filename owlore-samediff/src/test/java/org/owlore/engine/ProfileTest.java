package org.owlore.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What a profile tells about a run of {@code sum(x w)} with a gradient for w. */
class ProfileTest {
  private final Workspace workspace = new Workspace();
  private final Map<String, INDArray> batch = Map.of("x", Nd4j.ones(DataType.FLOAT, 2, 3));
  private final PlanExecutor executor = executor();
  private final Profile profile = executor.profile(batch, StepObserver.NONE);

  private PlanExecutor executor() {
    SameDiff graph = SameDiff.create();
    SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, 3);
    SDVariable w = graph.var("w", Nd4j.ones(DataType.FLOAT, 3, 4));
    graph.setLossVariables(x.mmul("y", w).sum("loss"));
    PlanRequest request =
        PlanRequest.builder().output("loss").train("w").placeholders(Engine.types(batch)).build();
    return new PlanExecutor(new PlanCompiler(graph).compile(request), graph, workspace);
  }

  @AfterEach
  void close() {
    executor.close();
    workspace.close();
  }

  @Test
  void everyStepThatDoesSomethingHasAnEntryInOrder() {
    List<Step> working =
        executor.plan().steps().stream()
            .filter(step -> !(step instanceof Step.Compute c && c.operation().is("view")))
            .toList();

    assertThat(profile.entries()).extracting(Profile.Entry::step).isEqualTo(working);
    assertThat(profile.plan()).isSameAs(executor.plan());
  }

  @Test
  void theTimeOfTheWholeIsThatOfItsSteps() {
    long sum = profile.entries().stream().mapToLong(Profile.Entry::nanoseconds).sum();

    assertThat(profile.total()).isEqualTo(sum).isPositive();
    assertThat(profile.byOperation().values().stream().mapToLong(time -> time).sum())
        .isEqualTo(sum);
    assertThat(profile.updates()).isEqualTo(profile.byOperation().get("update"));
  }

  @Test
  void theBytesOfAStepAreThoseOfWhatItReadsAndMakes() {
    assertThat(profile.bytes(step("matmul"))).isEqualTo(4 * (2 * 3 + 3 * 4 + 2 * 4));
    assertThat(profile.bytes(step("update"))).isEqualTo(4 * 3 * 4);
  }

  private Step step(String name) {
    return profile.entries().stream()
        .filter(entry -> entry.name().equals(name))
        .findFirst()
        .orElseThrow()
        .step();
  }
}
