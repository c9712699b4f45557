package org.owlore.dl4j.calibration;

import java.util.List;
import lombok.NonNull;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.owlore.dl4j.network.Block;
import org.owlore.dl4j.network.Network;
import org.owlore.graph.LayerMap;
import org.owlore.scoring.ScorableModel;

/**
 * A DL4J network on calibration data, as a {@link ScorableModel} whose layers are the blocks.
 *
 * <p>Known exactly, and therefore linear weights of their block:
 *
 * <ul>
 *   <li>dense and output layers, also per time step, and the encoder of an autoencoder ({@code W},
 *       of a variational one the first encoder layer {@code e0W}): their input;
 *   <li>convolutions in one, two and three dimensions and depthwise ones ({@code W}), of a
 *       separable one the depthwise kernel: the patches under the kernel; of a deconvolution in two
 *       dimensions the input, wherever it reaches the output;
 *   <li>recurrent layers: the input for {@code W}, the layer's own output of the step before for
 *       {@code RW} (of a Graves LSTM without its peepholes; of a bidirectional layer in the mode
 *       CONCAT only);
 *   <li>embeddings: one-hot rows, so that a row weighs by how often its token occurs;
 *   <li>layers and vertices made with SameDiff: every parameter that is used in matrix products or
 *       attention operations only, e.g. all four of an attention layer: what it multiplies there.
 * </ul>
 *
 * <p>Left out are deconvolutions in three dimensions, the pointwise kernel of a separable
 * convolution, locally connected layers, the deeper layers of a variational autoencoder, and
 * everything that is not a matrix. A block of which nothing is known has all of its matrices as
 * linear weights without a known input: metrics that need no activations score it, the others
 * refuse it.
 *
 * <p>Of the activations, every example is a token; with a time axis or positions in space, every
 * step or position of every example. What the masks of the calibration features mark as padding
 * does not count.
 *
 * <p>The input of a block is what reaches its first layer, behind that layer's input preprocessor
 * (of several inputs the first); its output is what leaves its last layer in network order. In a
 * graph, an {@code ElementWiseVertex} that adds to this output belongs to the block if all that it
 * adds comes from the block and from what enters it: the residual additions.
 */
public final class ScorableNetwork {
  private ScorableNetwork() {}

  /**
   * Sees a network as a model to be scored. Scoring runs a second network object, outside of all
   * workspaces and in inference mode, over the same parameters: the network itself is not changed
   * in any way, not even in the middle of an iteration.
   *
   * @param network the network
   * @param blocks what is scored, numbered from 0
   * @param calibration batches of features, with masks where there is padding; labels are not
   *     looked at. It is reset before each pass and behind it, if it can be. An iterator that
   *     cannot be reset serves one metric
   * @throws IllegalArgumentException if there are no blocks
   */
  public static ScorableModel of(
      @NonNull Network network,
      @NonNull List<Block> blocks,
      @NonNull MultiDataSetIterator calibration) {
    List<ScorableBlock> scorable =
        blocks.stream().map(block -> ScorableBlock.of(network, block)).toList();
    LayerMap layers =
        LayerMap.builder()
            .layers(scorable.stream().map(ScorableBlock::layer).toList())
            .embedding(List.of())
            .finalNorm(List.of())
            .head(List.of())
            .build();
    return new ScorableModel(
        layers,
        name -> weight(scorable, name),
        new NetworkActivations(network, scorable, new CalibrationData(calibration)));
  }

  private static INDArray weight(List<ScorableBlock> blocks, String name) {
    return blocks.stream()
        .flatMap(block -> block.weights().stream())
        .filter(weight -> weight.name().equals(name))
        .map(weight -> weight.multiplication().matrix().apply(weight.parameter().values()))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "There is no linear weight \"" + name + "\" in the blocks of the network."));
  }
}
