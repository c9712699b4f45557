package org.owlore.dl4j.calibration;

import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Inference layer after layer. */
final class LayeredForwardPass implements ForwardPass {
  private static final LayerWorkspaceMgr OUT_OF_WORKSPACES = LayerWorkspaceMgr.noWorkspaces();
  private final MultiLayerNetwork network;

  LayeredForwardPass(MultiLayerNetwork original) {
    network = new MultiLayerNetwork(original.getLayerWiseConfigurations().clone());
    network.init(original.params(), false);
  }

  @Override
  public void run(CalibrationBatch batch, Consumer<LayerPass> visitor) {
    try (Activations activations = new Activations()) {
      network.setInput(batch.features()[0]);
      INDArray values = batch.features()[0];
      Masks masks = new Masks(batch);
      for (int i = 0; i < network.getnLayers(); i++) {
        int position = i;
        INDArray previous = values;
        LayerPass pass = batch.compute(() -> layer(batch, position, previous, masks));
        activations.add(pass);
        visitor.accept(pass);
        values = pass.output();
      }
    } finally {
      network.clearLayersStates();
      network.clearLayerMaskArrays();
      network.setInput(null);
    }
  }

  private LayerPass layer(CalibrationBatch batch, int position, INDArray values, Masks masks) {
    Layer layer = network.getLayer(position);
    InputPreProcessor before = network.getLayerWiseConfigurations().getInputPreProcess(position);
    INDArray[] inputMask = {masks.into(layer, before)};
    INDArray[] input = {
      before == null ? values : before.preProcess(values, batch.size(), OUT_OF_WORKSPACES)
    };
    INDArray output = layer.activate(input[0], false, OUT_OF_WORKSPACES);
    return new LayerPass(position, layer, input, output, inputMask, masks.current);
  }

  /** The mask of the features on its way through the layers. */
  private static final class Masks {
    private final int batchSize;
    private INDArray current;
    private MaskState state = MaskState.Active;

    Masks(CalibrationBatch batch) {
      batchSize = batch.size();
      current = batch.masks() == null ? null : batch.masks()[0];
    }

    /** Hands the mask to a layer, and returns it as it was behind the layer's preprocessor. */
    INDArray into(Layer layer, InputPreProcessor before) {
      if (current == null) {
        return null;
      }
      if (before != null) {
        take(before.feedForwardMaskArray(current, state, batchSize));
      }
      INDArray inputMask = current;
      take(layer.feedForwardMaskArray(current, state, batchSize));
      return inputMask;
    }

    private void take(Pair<INDArray, MaskState> mask) {
      current = mask == null ? null : mask.getFirst();
      state = mask == null ? null : mask.getSecond();
    }
  }
}
