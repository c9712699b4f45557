package org.owlore.dl4j.calibration;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Consumer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.dl4j.network.GraphNetwork;
import org.owlore.dl4j.network.LayeredNetwork;
import org.owlore.dl4j.network.Network;

/**
 * Inference with a second network over the parameters of the first, outside of all workspaces. The
 * layers of the first network, with their inputs, masks and recurrent states, are not touched.
 */
interface ForwardPass {

  /**
   * Runs one batch.
   *
   * @param visitor sees every layer and vertex right behind its own work, in network order
   */
  void run(CalibrationBatch batch, Consumer<LayerPass> visitor);

  /** A second network over the same parameters. */
  static ForwardPass over(Network network) {
    if (network instanceof LayeredNetwork layered) {
      return new LayeredForwardPass(layered.model());
    }
    return new GraphForwardPass(((GraphNetwork) network).model());
  }

  /** The arrays that a pass has made. */
  final class Activations implements AutoCloseable {
    private final Set<INDArray> arrays = Collections.newSetFromMap(new IdentityHashMap<>());

    /** What a preprocessor has made of an input is one of them. */
    void add(LayerPass pass) {
      Collections.addAll(arrays, pass.inputs());
      arrays.add(pass.output());
    }

    /** Frees what is not shared: two arrays over one buffer are freed once. */
    @Override
    public void close() {
      for (INDArray array : arrays) {
        if (!array.wasClosed() && array.closeable()) {
          array.close();
        }
      }
    }
  }
}
