package org.owlore.dl4j.calibration;

import org.deeplearning4j.nn.api.Trainable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What one layer did with one batch.
 *
 * @param position of the layer or vertex in the network
 * @param worker the layer, or the vertex where there is no layer
 * @param inputs what reached it, behind its input preprocessor
 * @param output what left it
 * @param inputMasks null, or one mask or null an input
 * @param outputMask mask of the output, or null
 */
record LayerPass(
    int position,
    Trainable worker,
    INDArray[] inputs,
    INDArray output,
    INDArray[] inputMasks,
    INDArray outputMask) {

  INDArray input() {
    return inputs[0];
  }

  INDArray inputMask() {
    return inputMasks == null ? null : inputMasks[0];
  }
}
