package org.owlore.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class BatchTest {

  @Test
  void aMissingArrayIsNamedBesideThoseThatAreThere() {
    try (Batch batch = new Batch(Map.of("input_ids", Nd4j.createFromArray(1, 2)), 2)) {
      assertThatThrownBy(() -> batch.require("attention_mask"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("The batch has no array \"attention_mask\"; it has [input_ids].");
    }
  }

  @Test
  void closingReleasesTheArrays() {
    INDArray ids = Nd4j.createFromArray(1, 2);

    new Batch(Map.of("input_ids", ids), 2).close();

    assertThat(ids.wasClosed()).isTrue();
  }
}
