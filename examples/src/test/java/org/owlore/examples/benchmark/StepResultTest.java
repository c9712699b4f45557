package org.owlore.examples.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.owlore.finetune.Method.FULL;
import static org.owlore.finetune.Method.OWLORE;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.owlore.examples.benchmark.StepResult.Entrant;
import org.owlore.examples.benchmark.StepResult.Ratio;
import org.owlore.finetune.Checkpointing;
import org.owlore.finetune.Method;

/** Four rounds of ours and PyTorch's: one of warm-up, an ordinary one, a draw, an ordinary one. */
class StepResultTest {
  private static final Entrant OURS = new Entrant(OWLORE, "owlore");
  private static final Entrant THEIRS = new Entrant(OWLORE, "pytorch");
  private static final Entrant OUR_FULL = new Entrant(FULL, "owlore");

  private final StepResult result =
      new StepResult(
          List.of(
              lap(0, OUR_FULL, new Timing(990, 9, 1)),
              lap(0, OURS, new Timing(900, 400, 100)),
              lap(0, THEIRS, Timing.of(800)),
              lap(1, OUR_FULL, new Timing(100, 9, 1)),
              lap(1, OURS, new Timing(50, 4, 1)),
              lap(1, THEIRS, Timing.of(100)),
              lap(2, OUR_FULL, new Timing(200, 9, 1)),
              lap(2, OURS, new Timing(500, 204, 11)),
              lap(2, THEIRS, Timing.of(700)),
              lap(3, OUR_FULL, new Timing(100, 9, 1)),
              lap(3, OURS, new Timing(90, 4, 1)),
              lap(3, THEIRS, Timing.of(60))));

  private static Lap lap(int round, Entrant who, Timing timing) {
    Method method = who.method();
    boolean drawn = method == FULL ? round == 0 : round % 2 == 0;
    Turn turn = new Turn(round, method, List.of(1, 5), round > 0, drawn);
    return new Lap(turn, who.contender(), timing);
  }

  @Test
  void onlyOrdinaryStepsCountAsTimes() {
    assertThat(result.times())
        .containsOnly(
            Map.entry(OUR_FULL, new Spread(100, 100, 200, 400.0 / 3, 3)),
            Map.entry(OURS, new Spread(70, 50, 90, 70, 2)),
            Map.entry(THEIRS, new Spread(80, 60, 100, 80, 2)));
  }

  @Test
  void ratiosAreOfStepsInTheSameRound() {
    assertThat(result.ratios())
        .containsExactly(
            new Ratio(OURS, THEIRS, new Spread(1, 0.5, 1.5, 1, 2)),
            new Ratio(OURS, OUR_FULL, new Spread(0.7, 0.5, 0.9, 0.7, 2)));
  }

  @Test
  void theFirstStepAfterADrawShowsWhatSearchingAndCompilingTake() {
    OwnStep own = result.own(OWLORE);

    assertThat(own).isEqualTo(new OwnStep(70, 4, 1, 200, 10));
    assertThat(own.amortized()).isEqualTo(70 + 200 / 200.0 + 10 / 50.0);
    assertThat(own.updateShare()).isCloseTo(5 / 71.2, Offset.offset(1e-12));
    assertThat(own.outsideShare()).isCloseTo(1.2 / 71.2, Offset.offset(1e-12));
  }

  @Test
  void withoutADrawNothingIsSearched() {
    assertThat(result.own(FULL)).isEqualTo(new OwnStep(100, 9, 1, 0, 0));
  }

  @Test
  void theTableHasALineForEachTimeRatioAndMethod() {
    StringWriter text = new StringWriter();
    new StepTable(new PrintWriter(text)).print(result, List.of(FULL, OWLORE));

    Stream<String> lines = text.toString().lines().map(line -> line.replaceAll(" +", " "));
    assertThat(lines)
        .containsExactly(
            "method who median ms min max steps",
            "full owlore 100.0 100.0 200.0 3",
            "owlore owlore 70.0 50.0 90.0 2",
            "owlore pytorch 80.0 60.0 100.0 2",
            "",
            "ratio median min max mean pairs",
            "owlore owlore / pytorch owlore 1.000 0.500 1.500 1.000 2",
            "owlore owlore / owlore full 0.700 0.500 0.900 0.700 2",
            "",
            "method step ms refresh compile amortized optimizer % outside %",
            "full 100.0 0.0 0.0 100.0 9.0 1.0",
            "owlore 70.0 200.0 10.0 71.2 7.0 1.7",
            "(amortized: subspaces found anew every 200 steps, blocks drawn every 50)");
  }

  @Test
  void theFileHasEveryStep() throws IOException {
    StepBenchmark benchmark =
        new StepBenchmark(
            new Workload(BenchmarkModel.TINY, 1, 8, 4, 1),
            List.of(FULL, OWLORE),
            new Rounds(1, 3, 2, 7),
            List.of(Checkpointing.NONE));

    JsonNode json =
        new ObjectMapper()
            .readTree(StepJson.write(benchmark, Map.of("pytorch", "torch 2.0"), result));

    assertThat(json.get("model").asText()).isEqualTo("TINY");
    assertThat(json.get("length").asInt()).isEqualTo(8);
    assertThat(json.get("pytorch").asText()).isEqualTo("torch 2.0");
    assertThat(json.get("ratios").get(0).get("median").asDouble()).isEqualTo(1);
    assertThat(json.get("own").get(1).get("refresh").asDouble()).isEqualTo(200);
    assertThat(json.get("laps")).hasSize(12);
    assertThat(json.get("laps").get(2))
        .hasToString(
            "{\"round\":0,\"method\":\"owlore\",\"blocks\":[1,5],\"measured\":false,"
                + "\"drawn\":true,\"who\":\"pytorch\",\"total\":800.0,\"update\":null,"
                + "\"outside\":null}");
  }
}
