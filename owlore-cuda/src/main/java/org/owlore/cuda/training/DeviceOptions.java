package org.owlore.cuda.training;

import java.util.Map;
import java.util.Set;
import lombok.Builder;
import lombok.NonNull;
import org.owlore.cuda.device.DeviceDescription;
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
  /** The first generation whose tensor cores multiply bfloat16. */
  private static final int FUSED_BF16_MAJOR = 8;

  private static final String ATTENTION = "OWLORE_CUDA_ATTENTION";
  private static final String GRAPHS = "OWLORE_CUDA_GRAPHS";

  /** The names of what can be set. */
  static final Set<String> SETTINGS = Set.of(ATTENTION, GRAPHS);

  /**
   * What settings ask for: {@code OWLORE_CUDA_ATTENTION} (auto, fused or products) and {@code
   * OWLORE_CUDA_GRAPHS} (on or off); others are left alone. Steps are not repeated as CUDA graphs
   * unless asked for, until a measurement says where that is faster.
   *
   * @throws IllegalArgumentException when they ask for what there is not
   */
  public static DeviceOptions of(
      @NonNull Precision precision, @NonNull Map<String, String> settings) {
    return new DeviceOptions(precision, attention(settings), graphs(settings));
  }

  /**
   * The same for a device at hand: attention as products where it cannot be fused.
   *
   * @throws IllegalArgumentException when it is to be fused there all the same
   */
  DeviceOptions on(@NonNull DeviceDescription device) {
    if (precision != Precision.BF16 || device.major() >= FUSED_BF16_MAJOR) {
      return this;
    }
    if (attention == AttentionForm.FUSED) {
      throw new IllegalArgumentException(
          "Attention in bf16 can be fused from compute capability %d.0 on, and %s has %s: set %s to products, or take --precision float32."
              .formatted(FUSED_BF16_MAJOR, device.name(), device.capability(), ATTENTION));
    }
    return new DeviceOptions(precision, AttentionForm.PRODUCTS, repeatsSteps);
  }

  private static AttentionForm attention(Map<String, String> settings) {
    String asked = asked(ATTENTION, "auto", settings);
    return switch (asked) {
      case "auto" -> null;
      case "fused" -> AttentionForm.FUSED;
      case "products" -> AttentionForm.PRODUCTS;
      default -> throw refused(ATTENTION, asked, "auto, fused or products");
    };
  }

  private static boolean graphs(Map<String, String> settings) {
    String asked = asked(GRAPHS, "off", settings);
    return switch (asked) {
      case "on" -> true;
      case "off" -> false;
      default -> throw refused(GRAPHS, asked, "on or off");
    };
  }

  /** As in a shell, what is set to nothing is not set. */
  private static String asked(String setting, String otherwise, Map<String, String> settings) {
    String asked = settings.getOrDefault(setting, "");
    return asked.isBlank() ? otherwise : asked;
  }

  private static IllegalArgumentException refused(String setting, String asked, String choices) {
    return new IllegalArgumentException(
        "%s is \"%s\": set it to %s.".formatted(setting, asked, choices));
  }
}
