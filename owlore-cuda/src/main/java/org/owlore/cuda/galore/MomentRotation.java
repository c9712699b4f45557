package org.owlore.cuda.galore;

import java.util.List;
import org.owlore.cuda.device.Device;
import org.owlore.cuda.device.GrowingMemory;
import org.owlore.cuda.device.Place;

/**
 * Expresses Adam's moments in a new basis by LDAdam's rule (arXiv:2410.16103, algorithm 2), as
 * {@link org.owlore.galore.MomentsAtRefresh#REPROJECT} says.
 */
final class MomentRotation {
  private final Device device;
  private final LowRank sizes;
  private final RotationKernels kernels;
  private final long meanOffset;
  private final long varianceOffset;
  private final long rotatedMeanOffset;
  private final long rotatedVarianceOffset;
  private final long leftOffset;
  private final long rightOffset;
  private final long halfOffset;
  private final long bytes;

  MomentRotation(Device device, LowRank sizes, Kernels kernels) {
    this.device = device;
    this.sizes = sizes;
    this.kernels = new RotationKernels(kernels);
    Layout layout = new Layout(GrowingMemory.ALIGNMENT);
    meanOffset = layout.add(sizes.lowNumbers());
    varianceOffset = layout.add(sizes.lowNumbers());
    rotatedMeanOffset = layout.add(sizes.lowNumbers());
    rotatedVarianceOffset = layout.add(sizes.lowNumbers());
    leftOffset = layout.add((long) sizes.rank() * sizes.rank());
    rightOffset = layout.add((long) sizes.rank() * sizes.rank());
    halfOffset = layout.add((long) sizes.rank() * sizes.rank());
    bytes = layout.bytes();
  }

  /** Bytes that it works in. */
  long scratchBytes() {
    return bytes;
  }

  /** Asks the device to rotate the moments of a state into other bases. */
  void run(VariableState state, Bases next, Place scratch, Place status, Place scalars) {
    Place mean = scratch.plus(meanOffset);
    Place variance = scratch.plus(varianceOffset);
    Place rotatedMean = scratch.plus(rotatedMeanOffset);
    Place rotatedVariance = scratch.plus(rotatedVarianceOffset);
    device.launch(
        kernels.statistics(sizes.lowNumbers()),
        List.of(state.first(), state.second(), mean, variance, scalars));
    Bases former = state.bases();
    Matrix left = product(next.left(), former.left(), scratch.plus(leftOffset));
    Matrix right = product(next.right(), former.right(), scratch.plus(rightOffset));
    rotate(mean, left, right, scratch.plus(halfOffset), rotatedMean);
    square(left);
    square(right);
    rotate(variance, left, right, scratch.plus(halfOffset), rotatedVariance);
    device.launch(
        kernels.rotated(sizes.lowNumbers()),
        List.of(rotatedMean, rotatedVariance, state.first(), state.second(), status, scalars));
  }

  /** S = P_new^T P_old, {@code [r, r]}. */
  private Matrix product(Matrix next, Matrix former, Place output) {
    return next == null ? null : next.times(former.transpose(), device, output);
  }

  private void square(Matrix matrix) {
    if (matrix != null) {
      device.launch(kernels.squares(matrix.numbers()), List.of(matrix.place()));
    }
  }

  /** S_left moment S_right^T, without the factor of a side that has no basis. */
  private void rotate(Place moment, Matrix left, Matrix right, Place half, Place output) {
    Matrix matrix = Matrix.at(moment, sizes.lowRows(), sizes.lowColumns());
    if (right == null) {
      left.times(matrix, device, output);
    } else if (left == null) {
      matrix.times(right.transpose(), device, output);
    } else {
      left.times(matrix, device, half).times(right.transpose(), device, output);
    }
  }
}
