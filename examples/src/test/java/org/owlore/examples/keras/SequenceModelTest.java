package org.owlore.examples.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SequenceModelTest {

  @Test
  void denseOnASequenceIsRenamed() {
    assertThat(renamed(input(8, 4), layer("Dense", "d", "in", ""))).contains("\"SequenceDense\"");
  }

  @Test
  void denseOnAVectorKeepsItsName() {
    assertThat(renamed(input(4), layer("Dense", "d", "in", ""))).doesNotContain("SequenceDense");
  }

  @Test
  void denseBehindAnEmbeddingIsRenamed() {
    assertThat(renamed(input(8), layer("Embedding", "e", "in", ""), layer("Dense", "d", "e", "")))
        .contains("\"SequenceDense\"");
  }

  @Test
  void denseBehindPoolingKeepsItsName() {
    assertThat(
            renamed(
                input(8, 4),
                layer("GlobalAveragePooling1D", "p", "in", ""),
                layer("Dense", "d", "p", "")))
        .doesNotContain("SequenceDense");
  }

  @Test
  void denseBehindTheLastStateOfAnLstmKeepsItsName() {
    assertThat(
            renamed(
                input(8, 4),
                layer("LSTM", "l", "in", "\"return_sequences\": false"),
                layer("Dense", "d", "l", "")))
        .doesNotContain("SequenceDense");
  }

  @Test
  void denseBehindAllStatesOfAnLstmIsRenamed() {
    assertThat(
            renamed(
                input(8, 4),
                layer("LSTM", "l", "in", "\"return_sequences\": true"),
                layer("Dense", "d", "l", "")))
        .contains("\"SequenceDense\"");
  }

  @Test
  void damagedDescriptionIsRefused() {
    assertThatThrownBy(() -> SequenceModel.withSequenceDenses("{"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The description of the Keras model is damaged: ");
  }

  private static String renamed(String... layers) {
    return SequenceModel.withSequenceDenses(
        "{\"config\": {\"layers\": [%s]}}".formatted(String.join(", ", layers)));
  }

  private static String input(int... shape) {
    StringBuilder sizes = new StringBuilder("null");
    for (int size : shape) {
      sizes.append(", ").append(size);
    }
    return "{\"class_name\": \"InputLayer\", \"name\": \"in\", \"inbound_nodes\": [], \"config\": {\"batch_input_shape\": [%s]}}"
        .formatted(sizes);
  }

  private static String layer(String kind, String name, String input, String configuration) {
    return "{\"class_name\": \"%s\", \"name\": \"%s\", \"inbound_nodes\": [[[\"%s\", 0, 0, {}]]], \"config\": {%s}}"
        .formatted(kind, name, input, configuration);
  }
}
