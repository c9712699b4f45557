package org.owlore.cuda.galore;

import org.owlore.cuda.device.Place;

/**
 * Singular vectors from the eigenvectors of the Gram matrix of the shorter side, in float32:
 * directions whose singular value is below about 3e-4 of the largest are not told apart.
 *
 * @param sizes of the matrix
 */
record ExactDirections(LowRank sizes) implements LeadingDirections {

  @Override
  public long gramSize() {
    return sizes.shorter();
  }

  @Override
  public long scratchBytes() {
    return 0;
  }

  @Override
  public Matrix find(Matrix wide, Orthonormal orthonormal, Place scratch) {
    return orthonormal.leftVectors(wide).first(sizes.rank());
  }
}
