package org.owlore.onnx.weights;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.owlore.onnx.file.ModulePath;
import org.owlore.onnx.weights.WeightUse.Role;

/** Gives weights their PyTorch names back. */
final class WeightNames {
  private static final Pattern PARAMETER = Pattern.compile("[A-Za-z_]\\w*(\\.\\w+)+");
  private static final Pattern UNUSABLE = Pattern.compile("[^A-Za-z0-9_.]+");

  /** Arrays that every language model's graph has. */
  private static final Set<String> RESERVED =
      Set.of("input_ids", "attention_mask", "labels", "logits", "loss", "token_losses");

  private final List<String> kept;
  private final Set<String> taken = new HashSet<>();

  WeightNames(Collection<String> initializers) {
    this.kept = initializers.stream().filter(WeightNames::isKept).toList();
    taken.addAll(kept);
    taken.addAll(RESERVED);
  }

  /** Whether the exporter left a parameter's name as it was. */
  static boolean isKept(String initializer) {
    return PARAMETER.matcher(initializer).matches();
  }

  /** The name of a weight; no two get the same. */
  String name(WeightUse use) {
    if (isKept(use.initializer())) {
      return use.role() == Role.TOKEN_TABLE ? table(use) : use.initializer();
    }
    String name =
        recovered(use).orElseGet(() -> UNUSABLE.matcher(use.initializer()).replaceAll("_"));
    String unique = name;
    for (int i = 2; !taken.add(unique); i++) {
      unique = name + "_" + i;
    }
    return unique;
  }

  /** A table that is tied to the head may be called after the head; the embedding comes first. */
  private String table(WeightUse use) {
    return recovered(use).filter(name -> !taken.contains(name)).orElse(use.initializer());
  }

  /** The name that the node's module suggests. */
  Optional<String> recovered(WeightUse use) {
    return ModulePath.of(use.node()).map(module -> completed(module) + "." + use.role().suffix());
  }

  /**
   * Adds what the exporter left out: its scopes start at the module whose forward it called. Taken
   * from a parameter of the same module, or of the nearest one around it, that kept its name.
   */
  private String completed(String module) {
    List<String> around = new ArrayList<>();
    for (int end = module.length(); end > 0; end = module.lastIndexOf('.', end - 1)) {
      around.add(module.substring(0, end));
    }
    for (String path : around) {
      for (String name : kept) {
        if (name.startsWith(path + ".")) {
          return module;
        }
        int at = name.indexOf("." + path + ".");
        if (at > 0) {
          return name.substring(0, at + 1) + module;
        }
      }
    }
    return module;
  }
}
