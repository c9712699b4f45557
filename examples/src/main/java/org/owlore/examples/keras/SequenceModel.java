package org.owlore.examples.keras;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Set;

/**
 * The description of a functional Keras model in which every {@code Dense} that reads sequences is
 * called {@code SequenceDense}. The stock import takes it for one without time steps, and then
 * fails at the next sum of two sequences.
 */
final class SequenceModel {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> POOLING =
      Set.of("GlobalAveragePooling1D", "GlobalMaxPooling1D", "Flatten");

  private final Set<String> sequences = new HashSet<>();

  private SequenceModel() {}

  /**
   * Renames the layers.
   *
   * @param model what Keras wrote
   * @return the same with other class names
   */
  static String withSequenceDenses(String model) {
    try {
      JsonNode root = JSON.readTree(model);
      SequenceModel names = new SequenceModel();
      for (JsonNode layer : root.path("config").path("layers")) {
        names.read((ObjectNode) layer);
      }
      return JSON.writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "The description of the Keras model is damaged: " + e.getOriginalMessage(), e);
    }
  }

  private void read(ObjectNode layer) {
    boolean readsSequences =
        sequences.contains(layer.at("/inbound_nodes/0/0/0").asText()) || isSequenceInput(layer);
    String kind = layer.path("class_name").asText();
    if (kind.equals("Dense") && readsSequences) {
      layer.put("class_name", "SequenceDense");
    }
    if (kind.equals("Embedding") || (readsSequences && !endsSequence(layer))) {
      sequences.add(layer.path("name").asText());
    }
  }

  private static boolean isSequenceInput(JsonNode layer) {
    return layer.path("class_name").asText().equals("InputLayer")
        && layer.at("/config/batch_input_shape").size() == 3;
  }

  private static boolean endsSequence(JsonNode layer) {
    JsonNode returned = layer.at("/config/return_sequences");
    return POOLING.contains(layer.path("class_name").asText())
        || (returned.isBoolean() && !returned.asBoolean());
  }
}
