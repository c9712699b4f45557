package org.owlore.cuda.driver;

import java.util.List;
import lombok.Getter;
import lombok.RequiredArgsConstructor;

/** Libraries of CUDA, beside the driver. */
@Getter
@RequiredArgsConstructor
enum CudaLibrary {
  /** The compiler. */
  NVRTC("libnvrtc.so.13", "libnvrtc.so.12", "nvidia-cuda-nvrtc", List.of()),
  /** Matrix products. */
  CUBLASLT("libcublasLt.so.13", "libcublasLt.so.12", "nvidia-cublas", List.of()),
  /** What {@link #CUSOLVER} needs of linear algebra. */
  CUBLAS("libcublas.so.13", "libcublas.so.12", "nvidia-cublas", List.of(CUBLASLT)),
  /** A linker that {@link #CUSPARSE} and {@link #CUSOLVER} need. */
  NVJITLINK("libnvJitLink.so.13", "libnvJitLink.so.12", "nvidia-nvjitlink", List.of()),
  /** What {@link #CUSOLVER} needs of sparse matrices. */
  CUSPARSE("libcusparse.so.12", "libcusparse.so.12", "nvidia-cusparse", List.of(NVJITLINK)),
  /** Eigenvectors. */
  CUSOLVER(
      "libcusolver.so.12",
      "libcusolver.so.11",
      "nvidia-cusolver",
      List.of(NVJITLINK, CUBLAS, CUSPARSE));

  /** Its file in CUDA 13. */
  private final String file13;

  /** Its file in CUDA 12. */
  private final String file12;

  /** The Python package that brings it. */
  private final String wheel;

  /** What must be loaded before it where the system's loader would not find it. */
  private final List<CudaLibrary> needs;

  /**
   * Its file in a release of CUDA.
   *
   * @param release 12 or 13
   */
  String file(int release) {
    return release == 12 ? file12 : file13;
  }

  /** The Python package that brings it in a release of CUDA. */
  String wheel(int release) {
    return release == 12 ? wheel + "-cu12" : wheel;
  }
}
