package org.owlore.dl4j;

import java.util.Arrays;
import java.util.Set;
import lombok.NonNull;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.dl4j.lowrank.BoundLayer;
import org.owlore.dl4j.lowrank.LayerBinding;
import org.owlore.galore.GaLoreUpdater;

/**
 * Trains DL4J networks with GaLore (Zhao et al., arXiv:2403.03507), inside {@code fit}: every
 * weight matrix keeps Adam's moments in a subspace of its gradient, in min(m, n) r + 2 max(m, n) r
 * numbers instead of 2 m n; see {@link GaLoreUpdater} for the formulas and the settings. A kernel
 * [out, in, height, width] acts as a matrix [out, in * height * width], attention's [heads, size,
 * in] as [heads * size, in]. Biases, gains, and matrices with min(m, n) <= r take plain AdamW.
 * Every parameter counts its steps itself, so one that is frozen for a while goes on where it
 * stopped.
 *
 * <p>The state lies where DL4J keeps that of any updater, and the updaters are part of the
 * configuration: files, checkpoints and clones carry both. Layers that DL4J has frozen, and
 * parameters with the updater {@code NoOp}, like the statistics of batch normalisation, are left
 * alone. Weight decay, L1 and L2 are those of the layers; {@link
 * org.owlore.galore.DecoupledWeightDecay} is the reference's.
 *
 * <p>A network whose layers have changed shape since, as transfer learning does it, must be bound
 * again. {@code ParallelWrapper} must not average updater states: the mean of two bases is none,
 * and training ends with an exception that says so.
 */
public final class GaLore {
  private GaLore() {}

  /**
   * Makes GaLore the updater of all layers of a network. Call it before {@code fit}: the state of
   * the updaters so far is dropped, and GaLore starts afresh.
   *
   * @param network an initialized {@link MultiLayerNetwork} or {@link ComputationGraph}, FLOAT or
   *     DOUBLE
   * @param settings for all layers
   * @param notProjected names of layers that take plain AdamW, e.g. embeddings; layers without a
   *     name are called layer0, layer1 .. by DL4J
   * @throws IllegalArgumentException if the network is another model or not initialized, a name is
   *     unknown, or a layer cannot be trained so; nothing has changed
   */
  public static void bind(
      @NonNull Model network, @NonNull GaLoreUpdater settings, String... notProjected) {
    LayerBinding binding = binding(settings, notProjected);
    if (network instanceof MultiLayerNetwork layered) {
      checkInitialized(layered.isInitCalled(), network);
      binding.bind(BoundLayer.of(layered, layered.getLayerWiseConfigurations()), layered.params());
      layered.setUpdater(null);
    } else if (network instanceof ComputationGraph graph) {
      checkInitialized(graph.getVertices() != null, network);
      binding.bind(BoundLayer.of(graph, graph.getConfiguration()), graph.params());
      graph.setUpdater(null);
    } else {
      throw new IllegalArgumentException(
          "GaLore cannot train a %s by itself: give the MultiLayerNetwork or ComputationGraph."
              .formatted(network.getClass().getSimpleName()));
    }
  }

  private static LayerBinding binding(GaLoreUpdater settings, String... notProjected) {
    return new LayerBinding(settings, Set.copyOf(Arrays.asList(notProjected)));
  }

  private static void checkInitialized(boolean initialized, Model network) {
    if (!initialized) {
      throw new IllegalArgumentException(
          "The %s has no parameters yet: call init() first, or GaLore.configure(configuration, settings) instead."
              .formatted(network.getClass().getSimpleName()));
    }
  }

  /**
   * Makes GaLore the updater of all layers of a configuration, before a network is made from it.
   *
   * @param configuration complete, with the input sizes of all layers; changed
   * @param settings for all layers
   * @param notProjected names of layers that take plain AdamW, e.g. embeddings; layers without a
   *     name are called layer0, layer1 .. by DL4J
   * @throws IllegalArgumentException if a name is unknown, or a layer cannot be trained so; nothing
   *     has changed
   */
  public static void configure(
      @NonNull MultiLayerConfiguration configuration,
      @NonNull GaLoreUpdater settings,
      String... notProjected) {
    MultiLayerNetwork probe = new MultiLayerNetwork(configuration.clone());
    long numbers =
        probe.getLayerWiseConfigurations().getConfs().stream()
            .mapToLong(layer -> layer.getLayer().initializer().numParams(layer))
            .sum();
    try (INDArray memory = memory(configuration.getDataType(), numbers)) {
      probe.init(memory, false);
      binding(settings, notProjected).bind(BoundLayer.of(probe, configuration), memory);
    }
  }

  /**
   * Makes GaLore the updater of all layers and vertices of a configuration, before a network is
   * made from it.
   *
   * @param configuration complete, with the input sizes of all layers; changed
   * @param settings for all layers
   * @param notProjected names of layers that take plain AdamW, e.g. embeddings
   * @throws IllegalArgumentException if a name is unknown, or a layer cannot be trained so; nothing
   *     has changed
   */
  public static void configure(
      @NonNull ComputationGraphConfiguration configuration,
      @NonNull GaLoreUpdater settings,
      String... notProjected) {
    ComputationGraph probe = new ComputationGraph(configuration.clone());
    long numbers =
        probe.getConfiguration().getVertices().values().stream()
            .mapToLong(vertex -> vertex.numParams(true))
            .sum();
    try (INDArray memory = memory(configuration.getDataType(), numbers)) {
      probe.init(memory, false);
      binding(settings, notProjected).bind(BoundLayer.of(probe, configuration), memory);
    }
  }

  /** Parameters without values: a network made on them shows how its layers use the memory. */
  private static INDArray memory(DataType type, long numbers) {
    return Nd4j.createUninitialized(type, 1, numbers);
  }
}
