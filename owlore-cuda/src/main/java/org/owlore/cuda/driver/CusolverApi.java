package org.owlore.cuda.driver;

import com.sun.jna.Library;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;

/**
 * What is used of cuSOLVER, by NVIDIA's names; handles and device addresses are numbers. Functions
 * return 0 when all is well.
 */
interface CusolverApi extends Library {
  int cusolverDnCreate(LongByReference handle);

  int cusolverDnDestroy(long handle);

  int cusolverDnSetStream(long handle, long stream);

  int cusolverDnSsyevd_bufferSize(
      long handle,
      int vectors,
      int triangle,
      int size,
      long matrix,
      int leadingDimension,
      long eigenvalues,
      IntByReference workLength);

  int cusolverDnSsyevd(
      long handle,
      int vectors,
      int triangle,
      int size,
      long matrix,
      int leadingDimension,
      long eigenvalues,
      long work,
      int workLength,
      long information);
}
