package org.owlore.cuda.driver;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;

/** Notes what cuSOLVER is asked, and writes what it would answer about the outcome. */
final class FakeCusolver implements CusolverApi {
  int status;
  int information;
  long stream;
  String asked;
  boolean open;

  @Override
  public int cusolverDnCreate(LongByReference handle) {
    handle.setValue(5);
    open = true;
    return status;
  }

  @Override
  public int cusolverDnDestroy(long handle) {
    open = false;
    return 0;
  }

  @Override
  public int cusolverDnSetStream(long handle, long queue) {
    stream = queue;
    return 0;
  }

  @Override
  public int cusolverDnSsyevd_bufferSize(
      long handle,
      int vectors,
      int triangle,
      int size,
      long matrix,
      int leadingDimension,
      long eigenvalues,
      IntByReference workLength) {
    workLength.setValue(2 * size * size);
    return 0;
  }

  @Override
  public int cusolverDnSsyevd(
      long handle,
      int vectors,
      int triangle,
      int size,
      long matrix,
      int leadingDimension,
      long eigenvalues,
      long work,
      int workLength,
      long outcome) {
    asked =
        "vectors %d, size %d, leading dimension %d, work %d"
            .formatted(vectors, size, leadingDimension, workLength);
    new Pointer(work).setMemory(0, (long) workLength * Float.BYTES, (byte) 1);
    new Pointer(outcome).setInt(0, information);
    return 0;
  }
}
