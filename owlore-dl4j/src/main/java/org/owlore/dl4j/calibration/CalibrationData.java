package org.owlore.dl4j.calibration;

import java.util.function.Consumer;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/** The calibration batches, as often as they are wanted. */
final class CalibrationData {
  private final MultiDataSetIterator iterator;
  private boolean read;

  CalibrationData(MultiDataSetIterator iterator) {
    this.iterator = iterator;
  }

  /** Shows every batch, one at a time. */
  void forEach(Consumer<CalibrationBatch> visitor) {
    rewind();
    read = true;
    if (!iterator.hasNext()) {
      throw new IllegalArgumentException(
          "The calibration data has no batches: give at least one batch of features.");
    }
    while (iterator.hasNext()) {
      try (CalibrationBatch batch = CalibrationBatch.of(iterator.next())) {
        visitor.accept(batch);
      }
    }
    if (iterator.resetSupported()) {
      iterator.reset();
    }
  }

  private void rewind() {
    if (iterator.resetSupported()) {
      iterator.reset();
    } else if (read) {
      throw new IllegalArgumentException(
          "The calibration data has been read and cannot be reset, so a second pass would see nothing: give an iterator that can be reset.");
    }
  }
}
