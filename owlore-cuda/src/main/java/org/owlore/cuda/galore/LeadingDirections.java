package org.owlore.cuda.galore;

import org.owlore.cuda.device.Place;

/** Finds the first left singular vectors of a wide matrix [s, t]. */
interface LeadingDirections {

  /** Rows of the largest Gram matrix that is decomposed. */
  long gramSize();

  /** Bytes worked in, beside the Gram matrix. */
  long scratchBytes();

  /**
   * Asks the device to find directions.
   *
   * @param wide {@code [s, t]} with s <= t
   * @param orthonormal its eigenvalues are then minus the squares of the singular values
   * @param scratch of {@link #scratchBytes}
   * @return {@code [rank, s]}, anywhere in scratch or the Gram matrix
   */
  Matrix find(Matrix wide, Orthonormal orthonormal, Place scratch);
}
