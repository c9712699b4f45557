package org.owlore.examples.cli;

import lombok.NonNull;
import org.owlore.examples.data.TokenBatches;
import org.owlore.examples.data.TokenizedData;
import org.owlore.finetune.CalibrationPass;
import org.owlore.finetune.ForwardDevice;
import org.owlore.graph.LanguageModel;
import org.owlore.scoring.LayerMetric;
import org.owlore.scoring.LayerScores;
import org.owlore.scoring.OutlierRatio;

/**
 * How the layers of a model are scored.
 *
 * @param metric what a score means
 * @param sequences rows of the data to calibrate on, from the first
 */
record Calibration(@NonNull LayerMetric metric, int sequences) {
  static final int DEFAULT_SEQUENCES = 128;
  static final double DEFAULT_TAU = 13;

  /** Outlier-weighed sampling, OWS. */
  static final Calibration OUTLIERS =
      new Calibration(new OutlierRatio(DEFAULT_TAU), DEFAULT_SEQUENCES);

  private static final int ROWS_AT_ONCE = 8;

  LayerScores score(LanguageModel model, TokenizedData data, ForwardDevice.Factory where) {
    TokenizedData calibration = data.first(sequences);
    int fixed = model.input().fixedBatch();
    TokenBatches batches =
        TokenBatches.once(calibration, fixed > 0 ? fixed : ROWS_AT_ONCE).fitting(model.input());
    return CalibrationPass.score(model, batches, metric, where);
  }
}
