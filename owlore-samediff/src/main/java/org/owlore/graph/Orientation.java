package org.owlore.graph;

/** How a linear weight is stored, and so along which axis its input activation scales it. */
public enum Orientation {
  /** {@code [out, in]}, as PyTorch stores it; the input runs along axis 1. */
  OUT_IN(1),
  /** {@code [in, out]}, as ONNX and SameDiff often store it; the input runs along axis 0. */
  IN_OUT(0);

  private final int inputAxis;

  Orientation(int inputAxis) {
    this.inputAxis = inputAxis;
  }

  /** The axis of the weight along which its input channels run. */
  public int inputAxis() {
    return inputAxis;
  }
}
