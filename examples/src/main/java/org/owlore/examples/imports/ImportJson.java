package org.owlore.examples.imports;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import lombok.NonNull;

/** A result of the import benchmark as JSON. */
public final class ImportJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ImportJson() {}

  /** One line; differences that are no number are null. */
  public static String write(@NonNull ImportResult result) {
    ObjectNode node = JSON.createObjectNode();
    node.put("name", result.name());
    node.put("outcome", result.outcome().name());
    result.problems().forEach(node.putArray("problems")::add);
    result.baked().forEach(node.putArray("baked")::add);
    node.put("seconds", result.seconds());
    node.put("operations", result.operations());
    node.put("passSeconds", result.cost().seconds());
    node.put("passBytes", result.cost().bytes());
    put(node, "logits", result.logits());
    put(node, "gradients", result.gradients());
    return node.toString();
  }

  private static void put(ObjectNode node, String name, double difference) {
    if (Double.isFinite(difference)) {
      node.put(name, difference);
    } else {
      node.putNull(name);
    }
  }
}
