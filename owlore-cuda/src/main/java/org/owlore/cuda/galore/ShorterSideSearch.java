package org.owlore.cuda.galore;

import java.util.List;
import org.owlore.cuda.device.Device;
import org.owlore.cuda.device.GrowingMemory;
import org.owlore.cuda.device.Place;

/**
 * Finds the singular vectors of the shorter side of a matrix first; those of the longer side are
 * their image under the matrix.
 */
final class ShorterSideSearch implements SubspaceSearch {
  private final Device device;
  private final LowRank sizes;
  private final LeadingDirections leading;
  private final SubspaceKernels kernels;
  private final long eigenvaluesOffset;
  private final long gramOffset;
  private final long imageOffset;
  private final long spareOffset;
  private final long leadingOffset;
  private final long bytes;

  ShorterSideSearch(
      Device device, LowRank sizes, LeadingDirections leading, SubspaceKernels kernels) {
    this.device = device;
    this.sizes = sizes;
    this.leading = leading;
    this.kernels = kernels;
    Layout layout = new Layout(GrowingMemory.ALIGNMENT);
    long gramSize = Math.max(leading.gramSize(), sizes.rank());
    eigenvaluesOffset = layout.add(gramSize);
    gramOffset = layout.add(gramSize * gramSize);
    imageOffset = layout.add(needsLonger() ? sizes.rank() * sizes.longer() : 0);
    spareOffset = layout.add(needsLonger() ? sizes.rank() * sizes.longer() : 0);
    leadingOffset = layout.add(0);
    bytes = leadingOffset + leading.scratchBytes();
  }

  @Override
  public long scratchBytes() {
    return bytes;
  }

  @Override
  public void find(Matrix gradient, Bases former, Bases found, Place scratch) {
    Orthonormal orthonormal =
        new Orthonormal(device, kernels, scratch.plus(gramOffset), scratch.plus(eigenvaluesOffset));
    Matrix wide = sizes.leftIsShorter() ? gradient : gradient.transpose();
    Matrix directions = leading.find(wide, orthonormal, scratch.plus(leadingOffset));
    Matrix shorter = sizes.leftIsShorter() ? found.left() : found.right();
    if (shorter != null) {
      device.copy(directions.place(), shorter.place(), 4 * directions.numbers());
    }
    if (needsLonger()) {
      Matrix image = directions.times(wide, device, scratch.plus(imageOffset));
      orthonormal.straighten(image, scratch.plus(spareOffset));
      Matrix longer = sizes.leftIsShorter() ? found.right() : found.left();
      device.copy(image.place(), longer.place(), 4 * image.numbers());
    }
    if (former != null) {
      align(found.left(), former.left());
      align(found.right(), former.right());
    }
  }

  private boolean needsLonger() {
    return sizes.leftIsShorter() ? sizes.side().hasRight() : sizes.side().hasLeft();
  }

  private void align(Matrix basis, Matrix former) {
    if (basis != null) {
      device.launch(
          kernels.align(basis.rows(), basis.columns()), List.of(basis.place(), former.place()));
    }
  }
}
