package org.owlore.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.owlore.graph.ModelInput;
import picocli.CommandLine;

class BatchSizeOptionTest {
  private static final ModelInput FREE = ModelInput.builder().maximumLength(8).build();
  private static final ModelInput FIXED =
      ModelInput.builder().maximumLength(8).fixedBatch(2).build();

  @Test
  void sixteenRowsGoThroughTheModelAtOnce() {
    assertThat(rows(FREE)).isEqualTo(16);
    assertThat(rows(FREE, "--batch-size", "3")).isEqualTo(3);
  }

  @Test
  void aModelThatFixesTheNumberOfRowsGetsThatMany() {
    assertThat(rows(FIXED)).isEqualTo(2);
    assertThat(rows(FIXED, "--batch-size", "2")).isEqualTo(2);
  }

  @Test
  void anotherNumberThanTheModelFixesIsRefused() {
    assertThatThrownBy(() -> rows(FIXED, "--batch-size", "3"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "--batch-size is 3, but the model was exported for exactly 2 rows: leave it out, or"
                + " export the model with a dynamic batch.");
  }

  private static int rows(ModelInput input, String... arguments) {
    BatchSizeOption option = new BatchSizeOption();
    CommandLine.populateCommand(option, arguments);
    return option.rows(input);
  }
}
