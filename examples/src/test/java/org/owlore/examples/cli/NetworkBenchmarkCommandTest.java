package org.owlore.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.owlore.examples.cli.Run.owlore;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkBenchmarkCommandTest {
  @TempDir private Path folder;

  @Test
  void writesEverythingThatWasMeasured() throws IOException {
    Path json = folder.resolve("dl4j.json");

    Run run =
        owlore(
                "benchmark",
                "dl4j",
                "--size",
                "tiny",
                "--ranks",
                2,
                "--gamma",
                1,
                "--rounds",
                2,
                "--seeds",
                1,
                "--steps",
                2,
                "--labelled",
                2,
                "--json",
                json)
            .succeeds();

    assertThat(run.out()).contains("GaLore, rank 2", "1 of 3", "made-up images", "last layer only");
    JsonNode written = new ObjectMapper().readTree(json.toFile());
    assertThat(written.get("state")).hasSize(6);
    assertThat(written.get("steps")).hasSize(3);
    assertThat(written.get("transfer")).hasSize(6);
    assertThat(written.at("/transfer/0/test")).hasSize(1);
  }

  @Test
  void onlyTheWantedPartIsMeasured() {
    Run run = owlore("benchmark", "dl4j", "--parts", "state", "--size", "tiny").succeeds();

    assertThat(run.out()).contains("by formula").doesNotContain("ratio", "learning rate");
  }

  @Test
  void missingDataIsNamed() {
    owlore("benchmark", "dl4j", "--data", folder.resolve("none.csv"))
        .failsWith("none.csv cannot be read");
  }
}
