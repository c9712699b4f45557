package org.owlore.examples.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.owlore.engine.PlanMemory;
import org.owlore.finetune.Checkpointing;
import org.owlore.finetune.FrozenState;
import org.owlore.finetune.MemoryReport;
import org.owlore.finetune.Method;

class MemoryResultTest {
  private static final long MEGABYTE = 1_000_000;
  private static final PlanMemory PLAN =
      new PlanMemory(30 * MEGABYTE, 20 * MEGABYTE, 10 * MEGABYTE, 35 * MEGABYTE);

  private static MemorySample sample(long step, long arrays, OptionalLong resident) {
    MemoryReport stated = new MemoryReport(100 * MEGABYTE, 40 * MEGABYTE, 66 * MEGABYTE);
    return new MemorySample(step, stated, arrays * MEGABYTE, 30 * MEGABYTE, resident);
  }

  private static MemoryResult result(OptionalLong early, OptionalLong late) {
    return new MemoryResult(PLAN, sample(5, 200, early), sample(200, 210, late), Optional.empty());
  }

  private final MemoryResult known =
      new MemoryResult(
          PLAN,
          sample(5, 200, OptionalLong.of(400 * MEGABYTE)),
          sample(200, 210, OptionalLong.of(410 * MEGABYTE)),
          Optional.of(List.of(OptionalLong.of(500 * MEGABYTE), OptionalLong.of(600 * MEGABYTE))));
  private final MemoryResult unknown = result(OptionalLong.empty(), OptionalLong.empty());

  @Test
  void whatIsHeldIsComparedWithWhatMustBe() {
    assertThat(known.workspaceOverPlan()).isEqualTo(1.1);
    assertThat(known.heldOverStated()).isEqualTo(1.1);
    assertThat(known.growth()).isEqualTo(1.025);
    assertThat(known.othersGrowth()).isEqualTo(1.2);
  }

  @Test
  void whatTheSystemDoesNotTellIsNoNumber() {
    assertThat(unknown.growth()).isNaN();
    assertThat(unknown.othersGrowth()).isNaN();
  }

  @Test
  void theTableIsInMegabytes() {
    assertThat(table(known))
        .containsExactly(
            "MB step 5 step 200",
            "weights 100.0 100.0",
            "optimizer 40.0 40.0",
            "plan: activations 30.0",
            "plan: gradients 20.0",
            "plan: temporaries 10.0",
            "plan: together 60.0",
            "plan: activations, at most 35.0",
            "workspace held 66.0 66.0",
            "arrays held in all 200.0 210.0",
            "Java heap 30.0 30.0",
            "resident 400.0 410.0",
            "resident, pytorch 500.0 600.0",
            "workspace held / plan: 1.100",
            "arrays beyond weights / (plan + optimizer): 1.100",
            "resident, late / early: 1.0250",
            "resident of pytorch, late / early: 1.2000");
  }

  @Test
  void theTableSaysWhatTheSystemDoesNotTell() {
    assertThat(table(unknown))
        .contains(
            "resident unknown unknown",
            "resident, late / early: unknown, because this system has no /proc/PID/status");
  }

  @Test
  void theFileIsInBytes() throws IOException {
    JsonNode json = json(known);

    assertThat(json.get("method").asText()).isEqualTo("lisa");
    assertThat(json.get("threads").asText()).isEqualTo("2");
    assertThat(json.get("plan").get("total").asLong()).isEqualTo(60 * MEGABYTE);
    assertThat(json.get("late").get("arrays").asLong()).isEqualTo(210 * MEGABYTE);
    assertThat(json.get("pytorchResident").get("late").asLong()).isEqualTo(600 * MEGABYTE);
    assertThat(json(unknown).get("early").get("resident").isNull()).isTrue();
    assertThat(json(unknown).get("growth").isNull()).isTrue();
    assertThat(json(unknown).has("pytorchResident")).isFalse();
  }

  private static List<String> table(MemoryResult result) {
    StringWriter text = new StringWriter();
    new MemoryTable(new PrintWriter(text)).print(result);
    return text.toString().lines().map(line -> line.replaceAll(" +", " ")).toList();
  }

  private static JsonNode json(MemoryResult result) throws IOException {
    MemoryBenchmark benchmark =
        new MemoryBenchmark(
            new Workload(BenchmarkModel.TINY, 1, 8, 4, 1),
            Method.LISA,
            FrozenState.KEPT,
            Checkpointing.NONE,
            50,
            5,
            200);
    return new ObjectMapper().readTree(MemoryJson.write(benchmark, Map.of("threads", "2"), result));
  }
}
