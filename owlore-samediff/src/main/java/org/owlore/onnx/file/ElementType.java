package org.owlore.onnx.file;

import org.nd4j.linalg.api.buffer.DataType;

/**
 * What a number is in an imported graph. Exports know a dozen types; a graph that is to be trained
 * needs three, and truth values are the numbers 0 and 1, so that masks are products.
 */
public enum ElementType {
  /** Any floating type, computed with as FLOAT. */
  FLOAT(DataType.FLOAT),
  /** Any integer type, computed with as INT32. */
  INTEGER(DataType.INT32),
  /** 0 or 1, computed with as FLOAT. */
  BOOLEAN(DataType.FLOAT);

  private final DataType dataType;

  ElementType(DataType dataType) {
    this.dataType = dataType;
  }

  /** The type of the array. */
  public DataType dataType() {
    return dataType;
  }
}
