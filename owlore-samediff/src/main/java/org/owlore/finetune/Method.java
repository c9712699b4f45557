package org.owlore.finetune;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import lombok.NonNull;
import lombok.RequiredArgsConstructor;
import org.owlore.sampling.LayerDistribution;

/** The ways to fine-tune a model. */
@RequiredArgsConstructor
public enum Method {
  /** Every weight, full-rank AdamW. */
  FULL(Sampling.NONE, false),
  /** Every weight, low-rank Adam state (Zhao et al., arXiv 2403.03507). */
  GALORE(Sampling.NONE, true),
  /** Uniformly sampled layers, full-rank AdamW (Pan et al., arXiv 2403.17919). */
  LISA(Sampling.UNIFORM, false),
  /** As LISA, with lower layers sampled more (Li et al., arXiv 2405.18380, table 1). */
  LISA_D(Sampling.DECREASING, false),
  /** Layers sampled by score, full-rank AdamW. */
  OWLORE_FULL_RANK(Sampling.BY_SCORE, false),
  /** Layers sampled by score, low-rank Adam state (Li et al., arXiv 2405.18380). */
  OWLORE(Sampling.BY_SCORE, true);

  private enum Sampling {
    NONE,
    UNIFORM,
    DECREASING,
    BY_SCORE
  }

  private final Sampling sampling;
  private final boolean lowRank;

  /** Whether only a few layers train at a time. */
  public boolean samplesLayers() {
    return sampling != Sampling.NONE;
  }

  /** Whether the sampling needs a score for each layer. */
  public boolean needsScores() {
    return sampling == Sampling.BY_SCORE;
  }

  /** Whether the layers' matrices keep their Adam state in a low-rank subspace. */
  public boolean lowRank() {
    return lowRank;
  }

  /**
   * How likely each layer is to be drawn.
   *
   * @param layers number of layers
   * @param scored the distribution by score; used by the methods that need scores only
   * @throws IllegalStateException for a method that does not sample
   */
  LayerDistribution distribution(int layers, LayerDistribution scored) {
    return switch (sampling) {
      case UNIFORM -> LayerDistribution.uniform(layers);
      case DECREASING -> LayerDistribution.decreasing(layers);
      case BY_SCORE -> scored;
      case NONE -> throw new IllegalStateException("Method " + label() + " samples no layers.");
    };
  }

  /** The name on the command line, e.g. {@code owlore-full-rank}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The method of a name.
   *
   * @throws IllegalArgumentException for an unknown name; the message lists the known ones
   */
  public static Method of(@NonNull String label) {
    return Arrays.stream(values())
        .filter(method -> method.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Unknown method \"" + label + "\"; known are " + labels() + "."));
  }

  /** The names of all methods. */
  public static List<String> labels() {
    return Arrays.stream(values()).map(Method::label).toList();
  }
}
