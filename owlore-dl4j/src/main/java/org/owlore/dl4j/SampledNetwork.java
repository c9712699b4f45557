package org.owlore.dl4j;

import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import lombok.extern.slf4j.Slf4j;
import org.deeplearning4j.nn.api.Model;
import org.owlore.dl4j.blocks.BlockMap;
import org.owlore.dl4j.freezing.Freeze;
import org.owlore.dl4j.network.Block;
import org.owlore.dl4j.network.Network;
import org.owlore.dl4j.network.NetworkLayer;
import org.owlore.dl4j.schedule.SamplingRecord;
import org.owlore.dl4j.schedule.TrainedSteps;
import org.owlore.sampling.LayerSchedule;
import org.owlore.sampling.SamplingInterval;
import org.owlore.scoring.LayerScores;

/** A network whose blocks are sampled: what of it trains in the present interval, and why. */
@Slf4j
final class SampledNetwork {
  private final Network network;
  private final BlockMap blocks;
  private final Optional<LayerScores> scores;
  private final LayerSchedule schedule;
  private final SamplingInterval interval;
  private final TrainedSteps steps;
  private List<Integer> active = List.of();
  private Freeze freeze;
  private long current = -1;
  private boolean inIteration;

  private SampledNetwork(
      Network network, BlockMap blocks, SamplingRecord record, SamplerSettings settings) {
    this.network = network;
    this.blocks = blocks;
    this.scores = record.scores();
    this.schedule = settings.scheduleOf(blocks.blocks().size(), scores);
    this.interval = settings.interval();
    this.steps =
        new TrainedSteps(schedule, interval, blocks.blocks().size(), record.firstIteration());
  }

  /**
   * Divides a network into blocks and scores them.
   *
   * @throws IllegalStateException if the network cannot be sampled as it is set up
   */
  static SampledNetwork attach(
      OutlierWeighedLayerSampler sampler, SamplerSettings settings, Network network) {
    Attachment.requireAlone(sampler, network.model());
    Attachment.requireGradientDescent(network.model());
    BlockMap blocks = settings.grouping().of(network);
    // Made now, because a layer that is replaced while its network makes them is never told.
    network.gradients();
    SamplingRecord record = record(settings, network, blocks);
    log.info(
        "Sampling the blocks {}{}; always trained {}, never {}",
        record.blocks(),
        record.scores().map(scores -> " with the scores " + scores.scores()).orElse(""),
        BlockMap.names(blocks.alwaysTrained()),
        BlockMap.names(blocks.neverTrained()));
    return new SampledNetwork(network, blocks, record, settings);
  }

  private static SamplingRecord record(SamplerSettings settings, Network network, BlockMap blocks) {
    List<String> names = blocks.blocks().stream().map(Block::name).toList();
    if (settings.samplingFile() != null && Files.exists(settings.samplingFile())) {
      return Attachment.restored(settings, network, names);
    }
    Optional<LayerScores> scores =
        settings.measuresScores()
            ? Optional.of(Attachment.measure(settings, network, blocks.blocks()))
            : Optional.ofNullable(settings.scores());
    SamplingRecord record = new SamplingRecord(scores, network.iteration(), names);
    if (settings.samplingFile() != null) {
      record.write(settings.samplingFile());
    }
    return record;
  }

  Model model() {
    return network.model();
  }

  List<Block> blocks() {
    return blocks.blocks();
  }

  Optional<LayerScores> scores() {
    return scores;
  }

  List<String> trainedBlocks() {
    return active.stream().map(index -> blocks.blocks().get(index).name()).toList();
  }

  /** Whether {@link #beforeBackward} was the last that was called, or {@link #beforeUpdate}. */
  boolean isInIteration() {
    return inIteration;
  }

  /** Draws blocks when an interval begins, and shortens the backward pass. */
  void beforeBackward() {
    if (freeze != null) {
      freeze.lift();
    }
    long next = interval.of(network.iteration());
    if (next != current) {
      begin(next);
    }
    freeze.beforeBackward();
    inIteration = true;
  }

  private void begin(long next) {
    requireIntact();
    active = drawn(next);
    freeze = new Freeze(network, lags(steps.missedBefore(network.iteration())));
    current = next;
    log.debug("Interval {}, from iteration {}: {}", next, network.iteration(), trainedBlocks());
  }

  private List<Integer> drawn(long next) {
    List<Integer> drawn = schedule.layers(next);
    int number = blocks.blocks().size();
    if (drawn == null || drawn.stream().anyMatch(block -> block < 0 || block >= number)) {
      throw new IllegalArgumentException(
          "The schedule names the blocks %s in interval %d, but the network has blocks 0 to %d."
              .formatted(drawn, next, number - 1));
    }
    return drawn;
  }

  private Map<NetworkLayer, Integer> lags(int[] missed) {
    Set<String> frozen = blocks.frozen(active);
    Map<NetworkLayer, Integer> lags = new HashMap<>();
    network.layers().stream()
        .filter(layer -> !frozen.contains(layer.name()))
        .forEach(layer -> lags.put(layer, 0));
    for (int index : active) {
      blocks.blocks().get(index).layers().forEach(layer -> lags.put(layer, missed[index]));
    }
    return lags;
  }

  void afterBackward() {
    freeze.afterBackward();
  }

  void beforeUpdate() {
    freeze.beforeUpdate();
  }

  void afterUpdate() {
    freeze.afterUpdate();
    inIteration = false;
  }

  /** Checks what was frozen, and leaves nothing of ours in the network. */
  void beforeEpoch() {
    if (freeze != null) {
      freeze.lift();
    }
    inIteration = false;
    requireIntact();
  }

  private void requireIntact() {
    if (freeze != null && !freeze.isIntact()) {
      throw new IllegalStateException(
          "Parameters of blocks that were frozen changed from outside while only %s trained (setParams, another listener, or training without the sampler): build a new sampler for the changed network."
              .formatted(trainedBlocks()));
    }
  }
}
