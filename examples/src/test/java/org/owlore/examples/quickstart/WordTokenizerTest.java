package org.owlore.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.owlore.examples.data.Example;
import org.owlore.examples.data.PromptTemplate;
import org.owlore.examples.data.Tokenizer;

class WordTokenizerTest {
  @TempDir Path folder;

  @Test
  void everyWordOfEveryQuestionIsAToken() throws IOException {
    Files.writeString(folder.resolve("tokenizer.json"), WordTokenizer.json());
    try (Tokenizer tokenizer = Tokenizer.load(folder)) {
      for (Example.Instruction question : QuestionFile.questions(1, 300, Set.of())) {
        int[] ids = tokenizer.encode(PromptTemplate.QUESTION_ANSWER.complete(question));

        assertThat(ids[0]).isEqualTo(WordTokenizer.BEGIN);
        assertThat(Arrays.stream(ids).skip(1)).allMatch(id -> id > WordTokenizer.END);
        assertThat(ids).hasSizeLessThan(Pretraining.MAXIMUM_LENGTH);
        assertThat(tokenizer.decode(ids)).contains(question.answer());
      }
    }
  }

  @Test
  void everyWordOfEveryStoryIsAToken() throws IOException {
    Files.writeString(folder.resolve("tokenizer.json"), WordTokenizer.json());
    try (Tokenizer tokenizer = Tokenizer.load(folder)) {
      new StoryTeller(3)
          .stories()
          .limit(300)
          .forEach(
              story -> {
                int[] ids = tokenizer.encode(story.text());
                assertThat(Arrays.stream(ids).skip(1)).allMatch(id -> id > WordTokenizer.END);
                assertThat(ids).hasSizeLessThan(Pretraining.MAXIMUM_LENGTH);
              });
    }
  }

  @Test
  void wordsAreDistinct() {
    assertThat(World.words()).doesNotHaveDuplicates().hasSize(WordTokenizer.vocabularySize() - 3);
  }
}
