package org.owlore.cuda.training;

import java.util.Map;
import lombok.Builder;
import lombok.NonNull;
import org.owlore.cuda.program.AttentionForm;
import org.owlore.cuda.program.Precision;

/**
 * How a device computes what it is asked.
 *
 * @param precision of matrix products
 * @param attention how attention is computed; null (the default) for whichever form takes less
 *     time, tried out before the first step
 * @param repeatsSteps whether steps that ask for the same again are noted on the device and
 *     repeated there (CUDA graphs), instead of being asked for kernel by kernel; default false
 */
@Builder
public record DeviceOptions(
    @NonNull Precision precision, AttentionForm attention, boolean repeatsSteps) {
  private static final String ATTENTION = "OWLORE_CUDA_ATTENTION";
  private static final String GRAPHS = "OWLORE_CUDA_GRAPHS";

  /**
   * What the environment asks for. Steps are not repeated as CUDA graphs unless asked for, until a
   * measurement says where that is faster.
   *
   * @throws IllegalArgumentException when it asks for what there is not
   */
  public static DeviceOptions of(
      @NonNull Precision precision, @NonNull Map<String, String> environment) {
    return new DeviceOptions(precision, attention(environment), graphs(environment));
  }

  private static AttentionForm attention(Map<String, String> environment) {
    String asked = environment.getOrDefault(ATTENTION, "auto");
    return switch (asked) {
      case "auto" -> null;
      case "fused" -> AttentionForm.FUSED;
      case "products" -> AttentionForm.PRODUCTS;
      default -> throw refused(ATTENTION, asked, "auto, fused or products");
    };
  }

  private static boolean graphs(Map<String, String> environment) {
    String asked = environment.getOrDefault(GRAPHS, "off");
    return switch (asked) {
      case "on" -> true;
      case "off" -> false;
      default -> throw refused(GRAPHS, asked, "on or off");
    };
  }

  private static IllegalArgumentException refused(String variable, String asked, String choices) {
    return new IllegalArgumentException(
        "%s is \"%s\": set it to %s.".formatted(variable, asked, choices));
  }
}
