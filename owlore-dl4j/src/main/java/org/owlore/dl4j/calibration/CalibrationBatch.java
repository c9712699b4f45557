package org.owlore.dl4j.calibration;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * One batch of inputs, copied, because some layers of DL4J change their input in place.
 *
 * @param features one array an input of the network
 * @param masks null, or one array or null an input
 */
record CalibrationBatch(INDArray[] features, INDArray[] masks) implements AutoCloseable {

  static CalibrationBatch of(MultiDataSet data) {
    INDArray[] masks = data.getFeaturesMaskArrays();
    boolean masked = masks != null && Arrays.stream(masks).anyMatch(Objects::nonNull);
    return new CalibrationBatch(copy(data.getFeatures()), masked ? copy(masks) : null);
  }

  private static INDArray[] copy(INDArray[] arrays) {
    return Arrays.stream(arrays)
        .map(array -> array == null ? null : array.dup())
        .toArray(INDArray[]::new);
  }

  /** Number of examples. */
  int size() {
    return Math.toIntExact(features[0].size(0));
  }

  /** Does what may fail because the batch is not for this network. */
  <T> T compute(Supplier<T> work) {
    try {
      return work.get();
    } catch (RuntimeException failure) {
      throw new IllegalArgumentException(
          "The network cannot compute a calibration batch with features of shape %s: give batches as it is trained with. DL4J says: %s"
              .formatted(shapes(), failure.getMessage()),
          failure);
    }
  }

  private String shapes() {
    return Arrays.stream(features)
        .map(array -> Arrays.toString(array.shape()))
        .collect(Collectors.joining(" and "));
  }

  @Override
  public void close() {
    close(features);
    if (masks != null) {
      close(masks);
    }
  }

  /** A layer that hands its input on may have made it one of the activations that are closed. */
  private static void close(INDArray[] arrays) {
    Arrays.stream(arrays)
        .filter(array -> array != null && !array.wasClosed())
        .forEach(INDArray::close);
  }
}
