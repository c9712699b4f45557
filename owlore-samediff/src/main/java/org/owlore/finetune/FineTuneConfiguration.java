package org.owlore.finetune;

import java.util.List;
import lombok.Builder;
import lombok.NonNull;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.sampling.Draw;
import org.owlore.sampling.LayerDistribution;
import org.owlore.scoring.LayerScores;

/**
 * What a fine-tuning run does.
 *
 * @param method which weights train and how; default {@link Method#OWLORE}
 * @param updater learning rate, Adam and subspace settings; methods that are not low-rank use its
 *     learning rate and Adam settings only
 * @param weightDecay decoupled weight decay; default 0
 * @param distribution how likely each layer is to be sampled, for the methods that sample by score;
 *     no default
 * @param gamma how many layers train at a time; default 5
 * @param interval steps between two draws; default 50
 * @param draw how layers are drawn; default {@link Draw#EXACT}
 * @param fixedSchedule layers of each interval instead of a draw, or null; default null
 * @param frozenState what becomes of a layer's optimizer state while it is frozen; default {@link
 *     FrozenState#KEPT}
 * @param checkpointing what is kept of the forward pass for the backward pass; default {@link
 *     Checkpointing#NONE}
 * @param trainEmbedding whether the embedding always trains; default true
 * @param trainFinalNorm whether the norm behind the last block always trains; default true
 * @param trainHead whether the output head always trains; default true
 * @param narrowUpdate how weights that are stored in 16 bits a number take up updates; default
 *     {@link NarrowUpdate#STOCHASTIC_ROUNDING}
 * @param seed of the draws and of stochastic rounding; default 0
 */
@Builder(toBuilder = true)
public record FineTuneConfiguration(
    @NonNull Method method,
    @NonNull GaLoreUpdater updater,
    double weightDecay,
    LayerDistribution distribution,
    int gamma,
    long interval,
    @NonNull Draw draw,
    List<List<Integer>> fixedSchedule,
    @NonNull FrozenState frozenState,
    @NonNull Checkpointing checkpointing,
    boolean trainEmbedding,
    boolean trainFinalNorm,
    boolean trainHead,
    @NonNull NarrowUpdate narrowUpdate,
    long seed) {

  /** Checks what can be checked without the model. */
  public FineTuneConfiguration {
    if (!(weightDecay >= 0 && weightDecay < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "The weight decay must be at least 0, but it is " + weightDecay + ".");
    }
    boolean drawn = method.samplesLayers() && fixedSchedule == null;
    if (drawn && method.needsScores() && distribution == null) {
      throw new IllegalArgumentException(
          "Method "
              + method.label()
              + " samples layers by score: give it a distribution over the layers.");
    }
    if (interval < 1) {
      throw new IllegalArgumentException(
          "The interval must be at least 1 step, but it is " + interval + ".");
    }
  }

  /** The defaults. */
  public static class FineTuneConfigurationBuilder {
    private Method method = Method.OWLORE;
    private GaLoreUpdater updater = GaLoreUpdater.builder().build();
    private int gamma = 5;
    private long interval = 50;
    private Draw draw = Draw.EXACT;
    private FrozenState frozenState = FrozenState.KEPT;
    private Checkpointing checkpointing = Checkpointing.NONE;
    private boolean trainEmbedding = true;
    private boolean trainFinalNorm = true;
    private boolean trainHead = true;
    private NarrowUpdate narrowUpdate = NarrowUpdate.STOCHASTIC_ROUNDING;

    /**
     * Samples layers by score: in proportion to it, or for a metric whose low scores mark the
     * important layers, in proportion to the mirrored score.
     */
    public FineTuneConfigurationBuilder scores(@NonNull LayerScores scores) {
      double[] values = scores.toArray();
      return distribution(
          scores.lowMeansImportant()
              ? LayerDistribution.reversed(values)
              : LayerDistribution.proportionalTo(values));
    }
  }
}
