package org.owlore.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.owlore.examples.cli.Run.owlore;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import onnx.Onnx.ModelProto;
import onnx.Onnx.TensorProto;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.shade.protobuf.ByteString;
import org.owlore.testing.SmallExports;

class ImportsBenchmarkCommandTest {
  private static final String LLAMA = "llama-dynamo-dynamic-folded";

  @TempDir private Path directory;

  @BeforeEach
  void unpack() {
    SmallExports.unpack(directory);
  }

  @Test
  void everySmallExportComputesWhatPyTorchDoes() throws IOException {
    List<String> lines =
        owlore("benchmark", "imports", directory, "--stock", "--json")
            .succeeds()
            .out()
            .lines()
            .toList();

    assertThat(lines).hasSize(5);
    for (String line : lines) {
      JsonNode result = new ObjectMapper().readTree(line);
      assertThat(result.get("outcome").asText()).as(line).isEqualTo("RIGHT");
      assertThat(result.get("problems")).isEmpty();
      assertThat(result.get("operations").asInt()).isGreaterThan(100);
      boolean narrow = result.get("name").asText().endsWith("bfloat16");
      assertThat(result.get("logits").asDouble()).isLessThan(narrow ? 1e-2 : 1e-4);
      assertThat(result.get("gradients").asDouble()).isLessThan(narrow ? 1e-2 : 1e-4);
    }
  }

  @Test
  void forPeopleEachExportIsALineAndTheShareTheLast() {
    assertThat(owlore("benchmark", "imports", directory, "--names", "^gpt2").succeeds().out())
        .containsPattern("(?m)^ok +gpt2-dynamo-dynamic-raw +[\\d.]+ s +\\d+ operations")
        .contains("2 of 2 exports are right (100.0%); 0 more do not count.");
  }

  @Test
  void otherWeightsAreNoticedInLogitsLossAndGradients() throws IOException {
    Path file = directory.resolve(LLAMA).resolve("model.onnx");
    ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(file)).toBuilder();
    TensorProto.Builder embedding = model.getGraphBuilder().getInitializerBuilder(0);
    embedding.setRawData(ByteString.copyFrom(new byte[embedding.getRawData().size()]));
    Files.write(file, model.build().toByteArray());

    Run run = owlore("benchmark", "imports", directory, "--names", LLAMA);

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out())
        .containsPattern("WRONG +" + LLAMA)
        .containsPattern("      logits off by .* of the largest")
        .containsPattern("      loss \\(second shape\\) off by")
        .containsPattern("      gradients of \\d+ weights, such as .*, off by")
        .contains("0 of 1 exports are right (0.0%)");
  }

  @Test
  void otherLayersThanPyTorchsAreNoticedWithAndWithoutNames() throws IOException {
    edit(LLAMA, "\"model.layers.1.mlp.up_proj\": \"plain\"", "\"elsewhere\": \"plain\"");

    Run run = owlore("benchmark", "imports", directory, "--names", LLAMA);

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out())
        .contains("      layers, block 1, linears: {")
        .contains("      layers without names, block 1, linears: {")
        .doesNotContain("block 0");
  }

  @Test
  void anotherNumberOfBlocksIsNoticed() throws IOException {
    edit(LLAMA, "\"blocks\": \"model.layers\"", "\"blocks\": \"model.blocks\"");

    Run run = owlore("benchmark", "imports", directory, "--names", LLAMA);

    assertThat(run.out()).contains("      layers: 2 blocks, not 0");
  }

  @Test
  void aFileThatCannotBeImportedIsWrongAndSaysWhy() throws IOException {
    Files.write(directory.resolve(LLAMA).resolve("model.onnx"), new byte[] {1, 2, 3});

    Run run = owlore("benchmark", "imports", directory, "--names", LLAMA);

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).containsPattern("WRONG +" + LLAMA).contains("      import: ");
  }

  @Test
  void whatAnExporterRefusedDoesNotCount() throws IOException {
    edit(
        LLAMA, "\"status\": \"exported\"", "\"status\": \"refused\", \"error\": \"No such thing\"");

    assertThat(owlore("benchmark", "imports", directory).succeeds().out())
        .containsPattern("- +" + LLAMA + " +REFUSED: No such thing")
        .contains("4 of 4 exports are right (100.0%); 1 more do not count.");
  }

  @Test
  void aReferenceThatLacksAnArrayIsNoticed() throws IOException {
    Path lacking = directory.resolve(LLAMA).resolve("reference-1.npz");
    Files.write(
        lacking, new byte[] {'P', 'K', 5, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});

    assertThat(owlore("benchmark", "imports", directory, "--names", LLAMA).out())
        .contains("reference-1.npz has no array \"logits\"; make it again with export_matrix.py.");
  }

  @Test
  void aFolderWithoutExportsIsRefused(@TempDir Path empty) {
    owlore("benchmark", "imports", empty).failsWith("holds no exports");
    owlore("benchmark", "imports", empty.resolve("nothing")).failsWith("Cannot list the folder");
    owlore("benchmark", "imports", directory, "--names", "bert")
        .failsWith("is called like \"bert\"");
  }

  @Test
  void aBrokenDescriptionIsRefused() throws IOException {
    Files.writeString(directory.resolve(LLAMA).resolve("case.json"), "no JSON");

    owlore("benchmark", "imports", directory)
        .failsWith("case.json is not what export_matrix.py writes");
  }

  private void edit(String export, String before, String after) throws IOException {
    Path file = directory.resolve(export).resolve("case.json");
    String text = Files.readString(file);
    assertThat(text).contains(before);
    Files.writeString(file, text.replace(before, after));
  }
}
