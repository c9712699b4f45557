package org.owlore.cuda.program;

/** How attention is computed. */
public enum AttentionForm {
  /**
   * In one go, without an array of all pairs of positions: less memory for long rows. What is no
   * attention by its looks, or too deep, is computed as products.
   */
  FUSED,
  /** As matrix products and a softmax between them. */
  PRODUCTS
}
