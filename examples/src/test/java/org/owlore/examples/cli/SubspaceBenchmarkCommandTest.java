package org.owlore.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.owlore.examples.cli.Run.owlore;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class SubspaceBenchmarkCommandTest {

  @Test
  void theRandomizedSubspaceCoversTheExactOne() throws IOException {
    Run run =
        owlore("benchmark", "subspace", "--sizes", "250x400,400x250", "--rank", 16, "--json")
            .succeeds();

    assertThat(run.out().lines()).hasSize(2);
    for (String line : run.out().lines().toList()) {
      JsonNode result = new ObjectMapper().readTree(line);
      assertThat(result.get("overlap").asDouble()).isBetween(0.99, 1.0001);
      assertThat(result.get("timeRatio").asDouble()).isPositive();
    }
  }

  @Test
  void forPeopleEachMatrixIsALine() {
    assertThat(owlore("benchmark", "subspace", "--sizes", "60x70", "--rank", 4).succeeds().out())
        .containsPattern("^60 x 70, rank 4: exact [\\d.]+ s, randomized [\\d.]+ s \\(");
  }

  @Test
  void impossibleSizesAreRefused() {
    assertThat(owlore("benchmark", "subspace", "--sizes", "60by70").exitCode()).isEqualTo(2);
    owlore("benchmark", "subspace", "--sizes", "60x70", "--rank", 61)
        .failsWith("no subspace of rank 61");
    owlore("benchmark", "subspace", "--sizes", "60x70", "--rank", 4, "--decay", -1)
        .failsWith("The decay");
  }
}
