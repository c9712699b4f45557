package org.owlore.cuda.galore;

import java.util.List;
import lombok.NonNull;
import org.owlore.cuda.device.Device;
import org.owlore.cuda.device.Place;

/**
 * Orthonormal rows by the eigenvectors of small Gram matrices, the way that is fast on a device:
 * nothing but products, and one decomposition of a small matrix.
 *
 * <p>An eigenvalue of a float32 Gram matrix tells nothing about rows shorter than 3e-4 of the
 * longest. So the lengths are measured from the rotated rows themselves, which reach 1e-5, and the
 * whole is done twice.
 *
 * @param device that computes
 * @param kernels that it runs
 * @param gram receives a Gram matrix and its eigenvectors
 * @param eigenvalues receives the eigenvalues of the Gram matrix, negated
 */
record Orthonormal(
    @NonNull Device device,
    @NonNull SubspaceKernels kernels,
    @NonNull Place gram,
    @NonNull Place eigenvalues) {

  /**
   * The left singular vectors of a matrix, one a row, that of the largest singular value first.
   *
   * @param matrix {@code [k, n]}
   * @return {@code [k, k]}, where the Gram matrix was
   */
  Matrix leftVectors(Matrix matrix) {
    Matrix vectors = matrix.times(matrix.transpose(), -1, device, gram);
    device.decompose((int) matrix.rows(), gram, eigenvalues);
    return vectors;
  }

  /**
   * Replaces rows by an orthonormal basis of what they span, completed by rows of zeros.
   *
   * @param rows {@code [k, n]}; changed
   * @param scratch of that size
   */
  void orthonormalize(Matrix rows, Place scratch) {
    Matrix once = rotate(rows, scratch);
    rotate(once, rows.place());
  }

  /**
   * Replaces nearly orthogonal rows by the nearest orthonormal ones, the direction and order of
   * each kept.
   *
   * @param rows {@code [k, n]}, the first the longest; {@link #eigenvalues} begins with minus the
   *     square of its length
   * @param scratch of that size
   */
  void straighten(Matrix rows, Place scratch) {
    normalize(rows);
    Matrix vectors = leftVectors(rows);
    Matrix rotated = vectors.times(rows, device, scratch);
    normalize(rotated);
    vectors.transpose().times(rotated, device, rows.place());
  }

  private Matrix rotate(Matrix rows, Place output) {
    Matrix rotated = leftVectors(rows).times(rows, device, output);
    normalize(rotated);
    return rotated;
  }

  private void normalize(Matrix rows) {
    device.launch(
        kernels.normalize(rows.rows(), rows.columns()), List.of(rows.place(), eigenvalues));
  }
}
