package org.owlore.huggingface;

import java.util.Arrays;
import java.util.Optional;
import org.owlore.safetensors.TensorType;

/** What {@code config.json} calls the types of weights. */
final class ConfigType {
  private ConfigType() {}

  /** The name of a weight type. */
  static String name(TensorType type) {
    return switch (type) {
      case F32 -> "float32";
      case F16 -> "float16";
      case BF16 -> "bfloat16";
      default -> throw new IllegalStateException(type + " is no type of weights.");
    };
  }

  /** The weight type of that name. */
  static Optional<TensorType> of(String name) {
    return Arrays.stream(TensorType.values())
        .filter(TensorType::isWeight)
        .filter(type -> name(type).equals(name))
        .findFirst();
  }
}
