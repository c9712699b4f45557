package org.owlore.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.owlore.examples.data.Example.Document;
import org.owlore.examples.data.Example.Instruction;
import org.owlore.testing.SharedData;

class ExampleReaderTest {
  @TempDir Path folder;

  @Test
  void questionsAndAnswersAreRecognised() throws IOException {
    assertThat(
            read(
                "a.jsonl",
                "{\"question\":\"q\",\"answer\":\"a\"}\n\n{\"question\":\"r\",\"answer\":5}"))
        .containsExactly(new Instruction("q", "a"), new Instruction("r", "5"));
  }

  @Test
  void alpacaInstructionsAreRecognisedAndTheInputJoinsThePrompt() throws IOException {
    assertThat(
            read(
                "a.json",
                """
                [ {"instruction": "Add.", "input": "1, 2", "output": "3", "answer": "three"},
                  {"instruction": "Greet.", "input": "", "output": "Hi"},
                  {"instruction": "Part.", "output": "Bye"} ]
                """))
        .containsExactly(
            new Instruction("Add.\n\n1, 2", "3"),
            new Instruction("Greet.", "Hi"),
            new Instruction("Part.", "Bye"));
  }

  @Test
  void plainTextIsRecognised() throws IOException {
    assertThat(read("a.jsonl", "{\"text\":\"once\"}")).containsExactly(new Document("once"));
  }

  @Test
  void aJsonFileMayHoldAnObjectALine() throws IOException {
    assertThat(read("a.json", "{\"text\":\"once\"}\n{\"text\":\"twice\"}"))
        .containsExactly(new Document("once"), new Document("twice"));
  }

  @Test
  void fieldsMayBeChosen() throws IOException {
    String line = "{\"question\":\"q\",\"answer\":\"a\",\"hint\":\"h\",\"story\":\"s\"}";

    assertThat(read("a.jsonl", line, FieldLayout.instruction("hint", "answer")))
        .containsExactly(new Instruction("h", "a"));
    assertThat(read("a.jsonl", line, FieldLayout.document("story")))
        .containsExactly(new Document("s"));
  }

  @Test
  void textFilesHoldDocumentsBetweenSeparators() throws IOException {
    assertThat(
            read("a.txt", "One.\nMore.\n<|endoftext|>\n\nTwo.<|endoftext|>Three.<|endoftext|>\n"))
        .containsExactly(new Document("One.\nMore."), new Document("Two."), new Document("Three."));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"text\":\"a\"}~{\"text\":\"b\"      | a.jsonl:2: not a JSON record: ",
        "{\"text\":\"a\"}~{\"text\":\"b\"} {}  | a.jsonl:2: not a JSON record: ",
        "{\"text\":\"a\"}~~{\"story\":\"b\"}   | a.jsonl:3: field \"text\" is absent or not text.",
        "{\"text\":[]}                         | a.jsonl:1: field \"text\" is absent or not text.",
        "{\"title\":\"a\"}                     | a.jsonl:1: the record has none of the known sets",
        "{\"text\":\"a\"}~5                    | a.jsonl:2: expected a JSON object.",
        "[{\"text\":\"a\"},~{\"text\":null}]   | a.jsonl:2: field \"text\" is absent or not text.",
        "[{\"text\":\"a\"},~{\"text\"]         | a.jsonl:2: not a JSON record: ",
        "[{\"text\":\"a\"}]~{\"text\":\"b\"}   | a.jsonl:2: something follows the array of records",
        "{~\"text\":\"a\"}                     | expected close marker for Object.",
      })
  void malformedRecordsAreNamedByFileAndLine(String content, String message) {
    assertThatThrownBy(() -> read("a.jsonl", content.replace('~', '\n')))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .hasMessageEndingWith(".");
  }

  @Test
  void aByteOrderMarkIsNoText() throws IOException {
    assertThat(read("a.txt", "\ufeffOnce.")).containsExactly(new Document("Once."));
    assertThat(read("a.jsonl", "\ufeff{\"text\":\"b\"}")).containsExactly(new Document("b"));
    assertThat(read("a.json", "\ufeff[{\"text\":\"c\"}]")).containsExactly(new Document("c"));
  }

  @Test
  void unknownKindsAreRefused() {
    assertThatThrownBy(() -> read("a.csv", "a,b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("unknown kind: data files end in .jsonl, .json, .txt or .npy.");
  }

  @Test
  void textInAnotherEncodingIsRefused() throws IOException {
    Path file = folder.resolve("a.txt");
    Files.write(file, "Käse".getBytes(StandardCharsets.ISO_8859_1));

    assertThatThrownBy(() -> new ExampleReader(FieldLayout.TEXT).read(file, example -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("is not UTF-8 text.");
  }

  @Test
  void realDataSetsAreReadWhole() {
    assertThat(countOf("data/gsm8k/train.jsonl")).isEqualTo(7473);
    assertThat(countOf("data/gsm8k/test.jsonl")).isEqualTo(1319);
    assertThat(countOf("data/commonsense/openbookqa/train.json")).isEqualTo(4957);
    assertThat(countOf("data/tinystories/tinystories_2MB.txt")).isEqualTo(2317);
  }

  private List<Example> read(String name, String content) throws IOException {
    return read(name, content, FieldLayout.RECOGNISED);
  }

  private List<Example> read(String name, String content, FieldLayout layout) throws IOException {
    Path file = Files.writeString(folder.resolve(name), content);
    List<Example> examples = new ArrayList<>();
    new ExampleReader(layout).read(file, examples::add);
    return examples;
  }

  private static int countOf(String dataSet) {
    List<Example> examples = new ArrayList<>();
    new ExampleReader(FieldLayout.RECOGNISED).read(SharedData.require(dataSet), examples::add);
    return examples.size();
  }
}
