package org.owlore.cuda.galore;

import org.owlore.cuda.device.Place;

/** Finds the subspace of the largest singular values of a gradient, on a device. */
interface SubspaceSearch {

  /** Bytes that a search works in. */
  long scratchBytes();

  /**
   * Asks the device to find a subspace.
   *
   * @param gradient finite, of magnitude about 1; unchanged
   * @param former the subspace used so far, which decides the arbitrary signs, or null
   * @param found receives the subspace
   * @param scratch of {@link #scratchBytes}
   */
  void find(Matrix gradient, Bases former, Bases found, Place scratch);

  /** Makes the searches for matrices of some sizes, and owns what they share. */
  interface Factory extends AutoCloseable {
    /** A search. */
    SubspaceSearch of(LowRank sizes);

    /** Bytes on the device that searches share. */
    long bytes();

    @Override
    void close();
  }
}
