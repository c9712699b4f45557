package org.owlore.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.owlore.examples.data.DataConfiguration.Purpose;
import org.owlore.testing.SharedData;

class DataLoaderTest {
  private static final String SUM = "{\"question\": \"1+1?\", \"answer\": \"It is 2.\"}\n";

  @TempDir Path folder;

  @BeforeEach
  void writeTokenizer() throws IOException {
    TinyTokenizer.writeTo(folder);
  }

  @Test
  void instructionDataLearnsTheAnswerAndItsEndOnly() throws IOException {
    TokenRow row = load("a.jsonl", SUM, 100).rows().get(0);
    int[] learned = Arrays.stream(row.labels()).filter(label -> label >= 0).toArray();

    try (Tokenizer tokenizer = Tokenizer.load(folder)) {
      assertThat(tokenizer.decode(row.inputIds())).isEqualTo("Question: 1+1?\nAnswer: It is 2.");
      assertThat(tokenizer.decode(learned)).isEqualTo("It is 2.");
      assertThat(learned).endsWith(2);
    }
  }

  @Test
  void aTokenThatPromptAndAnswerShareIsLearned() throws IOException {
    DataConfiguration blankAtTheEnd =
        DataConfiguration.builder()
            .maximumLength(100)
            .template(new PromptTemplate("{prompt} "))
            .build();
    Path file =
        Files.writeString(folder.resolve("a.jsonl"), "{\"question\":\"5+5=\",\"answer\":\"ten\"}");

    TokenRow row = new DataLoader(folder, blankAtTheEnd).load(file).rows().get(0);

    int[] learned = Arrays.stream(row.labels()).filter(label -> label >= 0).toArray();
    assertThat(learned).containsExactly(100, 3 + 'e' - ' ', 3 + 'n' - ' ', 2);
  }

  @Test
  void textLearnsEveryTokenInWindowsOfTheMaximumLength() throws IOException {
    TokenizedData data = load("a.txt", "abcdefghij", 4);

    assertThat(data.rows()).extracting(TokenRow::length).containsExactly(4, 4, 4);
    assertThat(data.targets()).isEqualTo(12);
    assertThat(data.rows().get(0).inputIds()).startsWith(1, 99);
    assertThat(data.rows().get(2).labels()).endsWith(2);
  }

  @Test
  void longAnswersAreCutAndCounted() throws IOException {
    TokenizedData data = load("a.jsonl", SUM, 28);

    assertThat(data.truncated()).isEqualTo(1);
    assertThat(data.rows().get(0).length()).isEqualTo(28);
    assertThat(data.rows().get(0).targets()).isPositive();
  }

  @Test
  void examplesWhoseAnswerIsCutOffWhollyAreDroppedAndCounted() throws IOException {
    String longPrompt = "{\"question\": \"" + "x".repeat(50) + "\", \"answer\": \"y\"}\n";
    TokenizedData data = load("a.jsonl", longPrompt + SUM, 40);

    assertThat(data.examples()).isEqualTo(2);
    assertThat(data.dropped()).isEqualTo(1);
    assertThat(data.rows()).hasSize(1);
  }

  @Test
  void dataThatIsDroppedWhollyIsAnError() {
    assertThatThrownBy(() -> load("a.jsonl", SUM, 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("All 1 examples of ")
        .hasMessageEndingWith("raise --max-length.");
  }

  @Test
  void emptyDataIsAnError() {
    assertThatThrownBy(() -> load("a.jsonl", "\n", 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("a.jsonl holds no examples.");
  }

  @Test
  void anAbsentFileIsAnError() {
    DataLoader loader = new DataLoader(folder, configuration(5));

    assertThatThrownBy(() -> loader.load(folder.resolve("none.txt")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("There is no data file ");
  }

  @Test
  void tokenFilesNeedNoTokenizer() throws IOException {
    Files.delete(folder.resolve("tokenizer.json"));
    Path file =
        TokenFileTest.write(
            folder.resolve("a.npy"),
            "{'descr': '<i4', 'fortran_order': False, 'shape': (2, 3), }",
            1,
            2,
            3,
            4,
            5,
            6);

    TokenizedData data = new DataLoader(folder, configuration(10)).load(file);

    assertThat(data.rows().get(1).inputIds()).containsExactly(4, 5);
    assertThat(data.rows().get(1).labels()).containsExactly(5, 6);
    DataConfiguration reading =
        DataConfiguration.builder().maximumLength(10).purpose(Purpose.READING).build();
    assertThat(new DataLoader(folder, reading).load(file).rows().get(1).inputIds())
        .containsExactly(4, 5, 6);
  }

  @Test
  void packingSharesRows() throws IOException {
    Path file = Files.writeString(folder.resolve("a.txt"), "ab<|endoftext|>cd<|endoftext|>ef");
    DataConfiguration packed = DataConfiguration.builder().maximumLength(8).packing(true).build();

    TokenizedData data = new DataLoader(folder, packed).load(file);

    assertThat(data.rows()).extracting(TokenRow::length).containsExactly(8, 4);
    assertThat(data.rows().get(0).documents()).containsExactly(1, 1, 1, 1, 2, 2, 2, 2);
  }

  @Test
  void negativeLabelsAreAnError() {
    TokenRow row = TokenRow.predicting(new int[] {1, 5, -1}, 1);
    TokenizedData data = new TokenizedData(List.of(row), 1, 0, 0);

    assertThatThrownBy(() -> data.requireVocabulary(99))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Row 0 of the data holds token -1, but");
  }

  @Test
  void idsBeyondTheVocabularyAreAnError() throws IOException {
    TokenizedData data = load("a.txt", "ab", 8);

    assertThat(data.requireVocabulary(TinyTokenizer.SIZE)).isSameAs(data);
    assertThatThrownBy(() -> data.requireVocabulary(99))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "Row 0 of the data holds token 99, but the model knows ids 0 to 98");
  }

  @Test
  void aMaximumLengthBelowOneIsRefused() {
    assertThatThrownBy(() -> configuration(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The maximum length is 0 tokens; it must be at least 1.");
  }

  @Test
  void realQuestionsFitTheModelsLength() {
    Path model = SharedData.require("data/stories260K");
    TokenizedData data =
        new DataLoader(model, configuration(512)).load(SharedData.require("data/gsm8k/test.jsonl"));

    assertThat(data.examples()).isEqualTo(1319);
    assertThat(data.rows()).hasSize(1319 - data.dropped());
    assertThat(data.requireVocabulary(512).targets()).isGreaterThan(100_000);
  }

  private TokenizedData load(String name, String content, int maximumLength) throws IOException {
    Path file = Files.writeString(folder.resolve(name), content);
    return new DataLoader(folder, configuration(maximumLength)).load(file);
  }

  private static DataConfiguration configuration(int maximumLength) {
    return DataConfiguration.builder().maximumLength(maximumLength).build();
  }
}
