package org.owlore.cuda.driver;

import com.sun.jna.Library;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;

/**
 * What is used of cuBLASLt, by NVIDIA's names; handles and device addresses are numbers. Functions
 * return 0 when all is well.
 */
interface CublasLtApi extends Library {
  int cublasLtCreate(LongByReference handle);

  int cublasLtDestroy(long handle);

  int cublasLtMatmulDescCreate(LongByReference description, int computeType, int scaleType);

  int cublasLtMatmulDescSetAttribute(long description, int attribute, Pointer value, long bytes);

  int cublasLtMatmulDescDestroy(long description);

  int cublasLtMatrixLayoutCreate(
      LongByReference layout, int type, long rows, long columns, long leadingDimension);

  int cublasLtMatrixLayoutSetAttribute(long layout, int attribute, Pointer value, long bytes);

  int cublasLtMatrixLayoutDestroy(long layout);

  int cublasLtMatmulPreferenceCreate(LongByReference preference);

  int cublasLtMatmulPreferenceSetAttribute(
      long preference, int attribute, Pointer value, long bytes);

  int cublasLtMatmulPreferenceDestroy(long preference);

  int cublasLtMatmulAlgoGetHeuristic(
      long handle,
      long description,
      long layoutA,
      long layoutB,
      long layoutC,
      long layoutD,
      long preference,
      int wanted,
      Pointer results,
      IntByReference found);

  int cublasLtMatmul(
      long handle,
      long description,
      Pointer alpha,
      long a,
      long layoutA,
      long b,
      long layoutB,
      Pointer beta,
      long c,
      long layoutC,
      long d,
      long layoutD,
      Pointer algorithm,
      long workspace,
      long workspaceBytes,
      long stream);

  String cublasLtGetStatusString(int status);
}
