package org.owlore.galore;

/** What becomes of Adam's moments when the subspace they live in is replaced. */
public enum MomentsAtRefresh {
  /** They stay as they are, as in the GaLore paper. */
  KEEP,
  /** They start again from zero, and with them the correction of their bias. */
  RESET,
  /**
   * They are expressed in the new basis by LDAdam's rule (arXiv:2410.16103): with S = P_new^T P_old
   * the first moment becomes S M, the second (1 - beta2^t) |S^2 (V' - M'^2) + (S M')^2|, where M'
   * and V' are the moments without bias and squares are taken entry by entry.
   */
  REPROJECT
}
