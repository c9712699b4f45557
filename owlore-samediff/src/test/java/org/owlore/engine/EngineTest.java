package org.owlore.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class EngineTest {
  /** An array of so many numbers is returned to the operating system when it is released. */
  private static final int MANY = 1 << 24;

  private static final int RUNS = 5;

  private static final int MORE_THAN_ARE_KEPT = 100;

  private final SameDiff graph = SameDiff.create();

  @BeforeEach
  void makeGraph() {
    SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1);
    x.mul(graph.var("weight", Nd4j.scalar(2f))).add("y", 1);
  }

  private static Map<String, INDArray> batch(int length) {
    return Map.of("x", Nd4j.ones(DataType.FLOAT, length));
  }

  private static PlanRequest request(int length) {
    return PlanRequest.builder()
        .output("y")
        .placeholders(Map.of("x", ArrayType.of(DataType.FLOAT, length)))
        .build();
  }

  @Test
  void anEqualRequestGetsTheSameExecutor() {
    try (Engine engine = new Engine(graph)) {
      assertThat(engine.executor(request(3))).isSameAs(engine.executor(request(3)));
      assertThat(engine.executor(request(3))).isNotSameAs(engine.executor(request(4)));
    }
  }

  @Test
  void theExecutorThatWasNotUsedForTheLongestTimeGoes() {
    try (Engine engine = new Engine(graph)) {
      PlanExecutor favourite = engine.executor(request(1));
      PlanExecutor forgotten = engine.executor(request(2));
      for (int length = 3; length < MORE_THAN_ARE_KEPT; length++) {
        engine.executor(request(length));
        engine.executor(request(1));
      }
      assertThat(engine.executor(request(1))).isSameAs(favourite);
      assertThat(engine.executor(request(2))).isNotSameAs(forgotten);
    }
  }

  @Test
  void anExecutorThatCameBackGivesTheSameResult() {
    try (Engine engine = new Engine(graph)) {
      INDArray first = result(engine, 2);
      for (int length = 3; length < MORE_THAN_ARE_KEPT; length++) {
        result(engine, length);
      }
      assertThat(result(engine, 2)).isEqualTo(first);
    }
  }

  @Test
  void theWorkspaceIsThatOfTheLargestPlan() {
    try (Engine engine = new Engine(graph)) {
      assertThat(engine.workspaceBytes()).isZero();
      result(engine, 1000);
      long large = engine.workspaceBytes();
      assertThat(large).isGreaterThanOrEqualTo(4 * 1000);
      result(engine, 10);
      assertThat(engine.workspaceBytes()).isEqualTo(large);
    }
  }

  @Test
  void closingReleasesTheWorkspace() {
    Engine engine = new Engine(graph);
    engine.executor(request(MANY)).run(batch(MANY), StepObserver.NONE);
    long bytes = engine.workspaceBytes();
    long before = Pointer.physicalBytes();
    engine.close();
    assertThat(before - Pointer.physicalBytes()).isGreaterThan(bytes / 2);
    assertThat(engine.workspaceBytes()).isZero();
  }

  @Test
  void runsAllocateNothing() {
    Map<String, INDArray> batch = batch(MANY);
    try (Engine engine = new Engine(graph)) {
      PlanExecutor executor = engine.executor(request(MANY));
      executor.run(batch, StepObserver.NONE);
      long before = Pointer.physicalBytes();
      for (int run = 0; run < RUNS; run++) {
        executor.run(batch, StepObserver.NONE);
      }
      assertThat(Pointer.physicalBytes() - before).isLessThan((long) RUNS * MANY);
    }
  }

  private static INDArray result(Engine engine, int length) {
    PlanExecutor executor = engine.executor(request(length));
    executor.run(batch(length), StepObserver.NONE);
    return executor.output("y").dup();
  }
}
