package org.owlore.cuda.kernel;

/** How a kernel makes one number of a row. */
public enum Reduction {
  /** The sum. */
  SUM,
  /** The largest number. */
  MAXIMUM,
  /** The smallest number. */
  MINIMUM,
  /** The product. */
  PRODUCT,
  /** Position of the first largest number along the columns, an integer from 0 on. */
  INDEX_OF_MAXIMUM
}
