package org.owlore.examples.networks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import lombok.NonNull;

/** Writes what was measured of networks for programs. */
public final class NetworkJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private NetworkJson() {}

  /** One object, indented; lists of what was not measured are empty. */
  public static String write(
      @NonNull List<StateBytes> state,
      @NonNull List<StepTimes> steps,
      @NonNull List<TransferResult> transfer) {
    try {
      return JSON.writerWithDefaultPrettyPrinter()
          .writeValueAsString(Map.of("state", state, "steps", steps, "transfer", transfer));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The measurements cannot be written as JSON.", e);
    }
  }
}
