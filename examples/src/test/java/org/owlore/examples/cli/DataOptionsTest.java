package org.owlore.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.examples.data.DataConfiguration.Purpose;
import org.owlore.examples.data.TokenizedData;
import org.owlore.graph.ModelInput;
import org.owlore.testing.PlainModel;
import picocli.CommandLine;

class DataOptionsTest {
  private static final ModelInput INPUT = ModelInput.builder().maximumLength(8).build();

  @TempDir Path folder;

  @Test
  void documentsAreNotPackedForAModelThatCannotSeparateThem() {
    assertThatThrownBy(() -> load("--packing"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "--packing puts several examples in one row, but this model cannot keep them apart:"
                + " leave it out.");
  }

  @Test
  void rowsAreCutAtWhatTheModelReads() throws IOException {
    assertThat(load().rows()).allMatch(row -> row.length() == 8);
  }

  private TokenizedData load(String... more) throws IOException {
    Path data = folder.resolve("data.npy");
    try (INDArray ids = Nd4j.ones(DataType.INT32, 2, 12)) {
      Files.write(data, Nd4j.toNpyByteArray(ids));
    }
    String[] arguments =
        Stream.concat(Stream.of("--data", data.toString()), Arrays.stream(more))
            .toArray(String[]::new);
    DataOptions options = new DataOptions();
    CommandLine.populateCommand(options, arguments);
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    return options.load(folder, PlainModel.reading(INPUT), Purpose.PREDICTING, nowhere);
  }
}
