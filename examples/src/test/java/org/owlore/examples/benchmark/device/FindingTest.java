package org.owlore.examples.benchmark.device;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FindingTest {
  private final StringWriter out = new StringWriter();
  private final Findings findings = new Findings(new PrintWriter(out));

  @Test
  void aNumberWithinItsBoundHolds() {
    findings.accept(Finding.atMost("distance", 1e-5, "relative", 1e-4));
    findings.accept(Finding.of("time", 12, "ms"));

    assertThat(findings.hold()).isTrue();
    assertThat(out.toString())
        .containsPattern("distance +1.00e-05 relative +at most 1.00e-04: ok")
        .containsPattern("time +12.000 ms *\\R");
  }

  @Test
  void oneBeyondItsBoundFails() {
    findings.accept(new Finding("ratio", 0.4, "times", 0.5, Double.POSITIVE_INFINITY));

    assertThat(findings.hold()).isFalse();
    assertThat(out.toString()).containsPattern("at least 0.500: FAILED");
  }

  @Test
  void whatIsNoNumberNeverHolds() {
    assertThat(Finding.of("time", Double.NaN, "ms").holds()).isFalse();
    assertThat(Finding.atMost("distance", Double.NaN, "relative", 1).holds()).isFalse();
  }

  @Test
  void anAnswerIsYesOrNo() {
    findings.accept(Finding.answer("it goes on", true));
    assertThat(findings.hold()).isTrue();
    findings.accept(Finding.answer("it fits", false).with("There is no room."));

    assertThat(findings.hold()).isFalse();
    assertThat(out.toString())
        .containsPattern("it goes on +yes +ok\\R")
        .containsPattern("it fits +no +FAILED; There is no room.\\R");
  }

  @Test
  void aRemarkStandsBehindTheVerdict() throws IOException {
    findings.accept(Finding.of("time", 12, "ms").with("of one"));
    findings.accept(Finding.of("size", 1, "MB"));

    assertThat(out.toString()).containsPattern("time +12.000 ms +of one\\R");
    JsonNode json = new ObjectMapper().readTree(findings.json(Map.of()));
    assertThat(json.get("findings").get(0).get("remark").asText()).isEqualTo("of one");
    assertThat(json.get("findings").get(1).has("remark")).isFalse();
  }

  @Test
  void aFailureIsQuotedAndNamedWhereItSaysNothing() {
    Finding finding = Finding.answer("it runs", false);

    assertThat(finding.because(new IllegalStateException("No room.")).remark())
        .isEqualTo("No room.");
    assertThat(finding.because(new IllegalStateException()).remark())
        .isEqualTo("java.lang.IllegalStateException");
  }

  @Test
  void whatIsNoNumberIsSeenToFail() {
    findings.accept(Finding.of("time", Double.NaN, "ms"));

    assertThat(out.toString()).containsPattern("time +NaN ms +FAILED\\R");
  }

  @Test
  void allIsToldAsJson() throws IOException {
    findings.accept(Finding.atMost("distance", Double.NaN, "relative", 1e-4));

    JsonNode json = new ObjectMapper().readTree(findings.json(Map.of("device", "cuda:0")));

    assertThat(json.get("device").asText()).isEqualTo("cuda:0");
    JsonNode row = json.get("findings").get(0);
    assertThat(row.get("value").isNull()).isTrue();
    assertThat(row.get("least").isNull()).isTrue();
    assertThat(row.get("most").asDouble()).isEqualTo(1e-4);
    assertThat(row.get("holds").asBoolean()).isFalse();
  }
}
