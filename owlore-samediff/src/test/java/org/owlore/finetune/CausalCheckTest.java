package org.owlore.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.ModelInput;
import org.owlore.graph.imported.GraphNames;
import org.owlore.tensorflow.TensorFlowFile;
import org.owlore.testing.PlainModel;
import org.owlore.testing.Resources;
import org.owlore.testing.TinyLlama;

class CausalCheckTest {
  @TempDir Path folder;

  @Test
  void aDecoderIsCausal() throws IOException {
    assertThat(CausalCheck.isCausal(TinyLlama.untied(1))).isTrue();
    assertThat(CausalCheck.isCausal(bert("causal"))).isTrue();
  }

  @Test
  void aModelOfFixedShapeIsReadInThatShape() {
    ModelInput fixed =
        ModelInput.builder().maximumLength(9).fixedLength(true).fixedBatch(2).build();
    assertThat(CausalCheck.isCausal(PlainModel.reading(fixed))).isTrue();
  }

  @Test
  void aModelOfSingleTokensIsCausal() {
    ModelInput single = ModelInput.builder().maximumLength(1).build();
    assertThat(CausalCheck.isCausal(PlainModel.reading(single))).isTrue();
  }

  @Test
  void anEncoderIsRefused() throws IOException {
    LanguageModel encoder = bert("encoder");
    assertThatThrownBy(() -> CausalCheck.require(encoder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The model's tokens see later ones, as an encoder's do: it cannot learn to predict the"
                + " next token.");
  }

  private LanguageModel bert(String kind) throws IOException {
    Path file = Resources.copy("org/owlore/tensorflow/" + kind + "/model.pb", folder);
    return TensorFlowFile.open(file).load(GraphNames.NONE).model();
  }
}
