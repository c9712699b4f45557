package org.owlore.dl4j.freezing;

import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaBelief;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nadam;

/** The factor by which young moments are too small, which some updaters take from the iteration. */
final class BiasCorrection {
  private BiasCorrection() {}

  /** Whether an updater reads the iteration for anything but its learning rate. */
  static boolean isMadeBy(IUpdater updater) {
    return updater instanceof Adam
        || updater instanceof AdaMax
        || updater instanceof Nadam
        || updater instanceof AMSGrad
        || updater instanceof AdaBelief;
  }
}
