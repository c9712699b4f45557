package org.owlore.samediff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.files.CheckpointException;
import org.owlore.finetune.Batch;
import org.owlore.finetune.Evaluator;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.imported.GraphNames;
import org.owlore.testing.TinyLlama;

class SameDiffFileTest {
  private final LanguageModel model = TinyLlama.tied(3);

  @TempDir Path folder;

  @Test
  void aModelComesBackWithItsNamesLossAndLayers() {
    LanguageModel loaded = saved().load(GraphNames.NONE).model();

    assertThat(loaded.logits()).isEqualTo(model.logits());
    assertThat(loaded.loss()).isEqualTo(model.loss());
    assertThat(loaded.layers().size()).isEqualTo(TinyLlama.LAYERS);
    assertThat(loaded.vocabularySize()).isEqualTo(TinyLlama.VOCABULARY);
    try (Batch batch = TinyLlama.batch(2, 5, 0);
        Evaluator mine = new Evaluator(model);
        Evaluator theirs = new Evaluator(loaded)) {
      assertThat(theirs.logits(batch).equalsWithEps(mine.logits(batch), 1e-5)).isTrue();
    }
  }

  @Test
  void tunedWeightsAreWrittenAndNothingElse() {
    SameDiffFile file = saved();
    LanguageModel loaded = file.load(GraphNames.NONE).model();
    String weight = loaded.layers().layers().get(1).linears().get(0).name();
    INDArray tuned = loaded.graph().getArrForVarName(weight).addi(0.5);

    file.save(loaded, folder.resolve("out/tuned.fb"));

    SameDiff written = SameDiff.load(folder.resolve("out/tuned.fb").toFile(), false);
    assertThat(written.getArrForVarName(weight)).isEqualTo(tuned);
    assertThat(written.getVariables().keySet())
        .isEqualTo(SameDiff.load(path().toFile(), false).getVariables().keySet());
    Map<String, INDArray> before = TinyLlama.weights(model.graph());
    assertThat(TinyLlama.changed(written, before)).containsExactly(weight);
  }

  @Test
  void aModelOfAnotherGraphIsNotWritten() {
    SameDiffFile file = saved();
    LanguageModel other = TinyLlama.model(TinyLlama.config().intermediateSize(40).build(), 1);

    assertThatThrownBy(() -> file.save(other, folder.resolve("tuned.fb")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("so it cannot be saved there.");
    assertThat(folder.resolve("tuned.fb")).doesNotExist();
  }

  @Test
  void aFileOfAnotherKindIsRefused() throws IOException {
    byte[] noise = new byte[300];
    new Random(1).nextBytes(noise);
    Path file = Files.write(folder.resolve("noise.fb"), noise);

    assertThatThrownBy(() -> SameDiffFile.open(file).load(GraphNames.NONE))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(file + " is not a file that SameDiff.save wrote, or is damaged.");
  }

  @Test
  void aGraphWithoutOperationsIsRefused() {
    SameDiff empty = SameDiff.create();
    empty.var("weight", Nd4j.zeros(DataType.FLOAT, 2));
    empty.save(path().toFile(), false);

    assertThatThrownBy(() -> SameDiffFile.open(path()).load(GraphNames.NONE))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(path() + " holds a graph without operations.");
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> SameDiffFile.open(path()))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("There is no file " + path() + ".");
  }

  private SameDiffFile saved() {
    model.graph().save(path().toFile(), false);
    return SameDiffFile.open(path());
  }

  private Path path() {
    return folder.resolve("model.fb");
  }
}
