package org.owlore.onnx.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.owlore.onnx.fuzz.OnnxFuzz.Outcome;
import org.owlore.testing.SmallExports;

class OnnxFuzzTest {
  private static final int FILES = 400;

  @TempDir private Path folder;

  @Test
  void damagedFilesEndInAModelOrInOneClearSentence() throws IOException, InterruptedException {
    OnnxFuzz fuzz = new OnnxFuzz(SmallExports.unpack(folder), folder.resolve("kept"));

    for (int seed = 0; seed < FILES; seed++) {
      fuzz.run(seed);
    }

    assertThat(fuzz.failures()).isEmpty();
    assertThat(fuzz.outcomes().get(Outcome.MODEL)).isPositive();
    assertThat(fuzz.outcomes().get(Outcome.CLEAR_ERROR)).isPositive();
  }
}
