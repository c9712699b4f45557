package org.owlore.cuda.galore;

import org.owlore.cuda.device.Device;
import org.owlore.cuda.device.GrowingMemory;
import org.owlore.cuda.device.Place;
import org.owlore.galore.RandomizedSubspace;

/**
 * Randomized block Krylov iteration; the steps of {@link RandomizedSubspace}, from the same
 * Gaussian matrix. All blocks hold a direction a row.
 */
final class KrylovDirections implements LeadingDirections {
  private final Device device;
  private final LowRank sizes;
  private final Place sketch;
  private final int width;
  private final int iterations;
  private final long blocksOffset;
  private final long spareOffset;
  private final long imageOffset;
  private final long foundOffset;
  private final long bytes;

  /**
   * A search.
   *
   * @param sketch the Gaussian matrix, float32 {@code [t, l]}
   */
  KrylovDirections(Device device, LowRank sizes, RandomizedSubspace settings, Place sketch) {
    this.device = device;
    this.sizes = sizes;
    this.sketch = sketch;
    this.width = settings.sketchWidth(sizes.rank());
    this.iterations = settings.getPowerIterations();
    Layout layout = new Layout(GrowingMemory.ALIGNMENT);
    blocksOffset = layout.add(gramSize() * sizes.shorter());
    spareOffset = layout.add(gramSize() * sizes.shorter());
    imageOffset = layout.add(gramSize() * sizes.longer());
    foundOffset = layout.add(sizes.rank() * sizes.shorter());
    bytes = layout.bytes();
  }

  @Override
  public long gramSize() {
    return (iterations + 1L) * width;
  }

  @Override
  public long scratchBytes() {
    return bytes;
  }

  @Override
  public Matrix find(Matrix wide, Orthonormal orthonormal, Place scratch) {
    Place spare = scratch.plus(spareOffset);
    Matrix searched = Matrix.at(scratch.plus(blocksOffset), gramSize(), sizes.shorter());
    fill(searched, wide, orthonormal, scratch);
    orthonormal.orthonormalize(searched, spare);
    Matrix within = searched.times(wide, device, scratch.plus(imageOffset));
    return orthonormal
        .leftVectors(within)
        .first(sizes.rank())
        .times(searched, device, scratch.plus(foundOffset));
  }

  /** Rows that span A G, (A A^T) A G, (A A^T)^2 A G, ... */
  private void fill(Matrix blocks, Matrix wide, Orthonormal orthonormal, Place scratch) {
    Place spare = scratch.plus(spareOffset);
    Place image = scratch.plus(imageOffset);
    Matrix gaussian = Matrix.at(sketch, sizes.longer(), width).transpose();
    Matrix block = gaussian.times(wide.transpose(), device, blocks.place());
    orthonormal.orthonormalize(block, spare);
    for (int i = 1; i <= iterations; i++) {
      Matrix right = block.times(wide, device, image);
      // With an iteration there are two blocks or more: the image has room for a second one.
      orthonormal.orthonormalize(right, image.plus(4 * right.numbers()));
      Place next = blocks.place().plus(4 * i * block.numbers());
      block = right.times(wide.transpose(), device, next);
      orthonormal.orthonormalize(block, spare);
    }
  }
}
