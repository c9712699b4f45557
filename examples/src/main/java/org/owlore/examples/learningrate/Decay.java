package org.owlore.examples.learningrate;

/** The shape of a learning rate after its warm-up. */
public enum Decay {
  /** A straight line down to zero. */
  LINEAR {
    @Override
    double factor(double progress) {
      return 1 - progress;
    }
  },
  /**
   * Half a cosine wave down to zero (Loshchilov and Hutter, arXiv 1608.03983, without restarts).
   */
  COSINE {
    @Override
    double factor(double progress) {
      return 0.5 * (1 + Math.cos(Math.PI * progress));
    }
  },
  /** No decay. */
  CONSTANT {
    @Override
    double factor(double progress) {
      return 1;
    }
  };

  /**
   * The share of the peak that is left.
   *
   * @param progress from 0, the end of the warm-up, to 1, the end of the run
   */
  abstract double factor(double progress);
}
