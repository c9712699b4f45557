package org.owlore.examples.benchmark.device;

import java.util.Set;
import lombok.NonNull;
import lombok.RequiredArgsConstructor;
import org.owlore.finetune.Devices;

/** A form of computing a step that a device can be set to. */
@RequiredArgsConstructor
public enum Form {
  /** Attention without an array of all pairs of positions. */
  FUSED("fused", "fused", "off"),
  /** Attention as matrix products. */
  PRODUCTS("products", "products", "off"),
  /** As {@link #FUSED}, with steps that are repeated as CUDA graphs. */
  FUSED_GRAPHS("fused + graphs", "fused", "on"),
  /** As {@link #PRODUCTS}, with steps that are repeated as CUDA graphs. */
  PRODUCTS_GRAPHS("products + graphs", "products", "on");

  /** The setting of how attention is computed. */
  static final String ATTENTION = "OWLORE_CUDA_ATTENTION";

  /** The setting of whether steps are repeated as graphs. */
  static final String GRAPHS = "OWLORE_CUDA_GRAPHS";

  private final String label;
  private final String attention;
  private final String graphs;

  /** Whether a device with these settings has forms. */
  static boolean among(@NonNull Set<String> settings) {
    return settings.containsAll(Set.of(ATTENTION, GRAPHS));
  }

  /** The devices, set to this form. */
  Devices of(@NonNull Devices devices) {
    return devices.with(ATTENTION, attention).with(GRAPHS, graphs);
  }

  /** What the form is called in tables. */
  String label() {
    return label;
  }
}
