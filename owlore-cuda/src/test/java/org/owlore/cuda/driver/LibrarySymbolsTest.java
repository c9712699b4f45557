package org.owlore.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.ptr.LongByReference;
import java.lang.reflect.Method;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.owlore.cuda.device.DeviceException;

/** Whether the real libraries, where they are, have what is asked of them. */
class LibrarySymbolsTest {
  private final NativeLibraries libraries = NativeLibraries.ofThisMachine(NativeLibraries.RELEASES);

  @Test
  void nvrtcHasItsFunctions() {
    assertHasFunctions(CudaLibrary.NVRTC, NvrtcApi.class);
  }

  @Test
  void cublasLtHasItsFunctions() {
    assertHasFunctions(CudaLibrary.CUBLASLT, CublasLtApi.class);
  }

  @Test
  void cusolverHasItsFunctions() {
    assertHasFunctions(CudaLibrary.CUSOLVER, CusolverApi.class);
  }

  @Test
  void cublasLtTakesTheDescriptionsOfAProduct() {
    CublasLtApi api = loaded(CudaLibrary.CUBLASLT, CublasLtApi.class);
    LongByReference description = new LongByReference();
    LongByReference layout = new LongByReference();
    LongByReference preference = new LongByReference();
    try (Memory one = new Memory(Long.BYTES)) {
      one.setLong(0, 1);
      assertThat(api.cublasLtMatmulDescCreate(description, 77, 0)).isZero();
      assertThat(api.cublasLtMatmulDescSetAttribute(description.getValue(), 3, one, 4)).isZero();
      assertThat(api.cublasLtMatmulDescSetAttribute(description.getValue(), 4, one, 4)).isZero();
      assertThat(api.cublasLtMatrixLayoutCreate(layout, 14, 3, 5, 3)).isZero();
      assertThat(api.cublasLtMatrixLayoutSetAttribute(layout.getValue(), 5, one, 4)).isZero();
      assertThat(api.cublasLtMatrixLayoutSetAttribute(layout.getValue(), 6, one, 8)).isZero();
      assertThat(api.cublasLtMatmulPreferenceCreate(preference)).isZero();
      assertThat(api.cublasLtMatmulPreferenceSetAttribute(preference.getValue(), 1, one, 8))
          .isZero();
      for (int alignment = 5; alignment <= 8; alignment++) {
        assertThat(
                api.cublasLtMatmulPreferenceSetAttribute(preference.getValue(), alignment, one, 4))
            .isZero();
      }
      assertThat(api.cublasLtMatmulPreferenceDestroy(preference.getValue())).isZero();
      assertThat(api.cublasLtMatrixLayoutDestroy(layout.getValue())).isZero();
      assertThat(api.cublasLtMatmulDescDestroy(description.getValue())).isZero();
    }
  }

  private void assertHasFunctions(CudaLibrary library, Class<? extends Library> functions) {
    loaded(library, functions);
    NativeLibrary opened =
        NativeLibraries.RELEASES.stream()
            .flatMap(release -> libraries.open(library, release).stream())
            .map(NativeLibrary::getInstance)
            .findFirst()
            .orElseThrow();
    assertThat(Stream.of(functions.getDeclaredMethods()).map(Method::getName))
        .allSatisfy(name -> assertThat(opened.getFunction(name)).isNotNull());
  }

  private <T extends Library> T loaded(CudaLibrary library, Class<T> functions) {
    try {
      return libraries.load(library, functions);
    } catch (DeviceException e) {
      return abort(e.getMessage());
    }
  }
}
