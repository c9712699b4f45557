package org.owlore.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.owlore.examples.data.Tokenizer;
import org.owlore.finetune.FineTuneReport;
import org.owlore.finetune.StepListener;
import org.owlore.huggingface.HuggingFaceCheckpoint;

class PretrainingTest {
  @TempDir Path folder;

  @Test
  void aModelIsMadeFromNothing() {
    FineTuneReport report = new Pretraining(100, 5).run(folder, StepListener.NONE);

    List<Double> losses = report.losses();
    assertThat(losses.get(0)).isBetween(4.0, 5.5);
    assertThat(losses.get(4)).isLessThan(losses.get(0));
    HuggingFaceCheckpoint checkpoint = HuggingFaceCheckpoint.open(folder);
    assertThat(report.changed()).isNotEmpty();
    try (Tokenizer tokenizer = Tokenizer.load(folder)) {
      assertThat(tokenizer.specialTokens().end()).hasValue(WordTokenizer.END);
    }
  }

  @Test
  void theEmbeddedModelIsSmallAndFitsTheWords() throws Exception {
    Path model = EmbeddedModel.copyTo(folder.resolve("base"));

    assertThat(Files.size(model.resolve("model.safetensors"))).isLessThan(4 << 20);
    assertThat(model.resolve("tokenizer.json")).hasContent(WordTokenizer.json());
    assertThat(HuggingFaceCheckpoint.open(model).config().vocabularySize())
        .isEqualTo(WordTokenizer.vocabularySize());
  }
}
