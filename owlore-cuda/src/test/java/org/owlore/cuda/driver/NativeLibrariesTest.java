package org.owlore.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.Library;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.owlore.cuda.device.DeviceException;

class NativeLibrariesTest {
  @TempDir private Path folder;

  @Test
  void whatIsNowhereIsMissedWithWhereItWasLookedForAndHowToGetIt() {
    NativeLibraries libraries = libraries(List.of(13, 12), name -> false);
    assertThatThrownBy(() -> libraries.load(CudaLibrary.NVRTC, NvrtcApi.class))
        .isInstanceOf(DeviceException.class)
        .hasMessage(
            "CUDA's library libnvrtc.so.13 or libnvrtc.so.12 is not on this machine (looked where the system's loader does and in [%s]): install CUDA Toolkit 13 or run 'pip install nvidia-cuda-nvrtc', or name its folder in OWLORE_CUDA_LIBRARIES."
                .formatted(folder));
  }

  @Test
  void anOlderDriverIsServedByOlderPackages() {
    NativeLibraries libraries = libraries(List.of(12), name -> false);
    assertThatThrownBy(() -> libraries.load(CudaLibrary.CUSOLVER, CusolverApi.class))
        .hasMessageStartingWith("CUDA's library libcusolver.so.11 is not on this machine")
        .hasMessageContaining("install CUDA Toolkit 12 or run 'pip install nvidia-cusolver-cu12'");
  }

  @Test
  void aFileThatCannotBeOpenedIsNamedWithTheReason() throws IOException {
    Path broken = Files.createFile(folder.resolve("libcublasLt.so.13"));
    NativeLibraries libraries = libraries(List.of(13), name -> false);
    assertThatThrownBy(() -> libraries.load(CudaLibrary.CUBLASLT, NvrtcApi.class))
        .hasMessageContaining("; cannot open " + broken);
  }

  /** Functions of a library that does not exist. */
  interface Absent extends Library {
    int no_library_has_this();
  }

  @Test
  void aLibraryOfSomethingElseIsNamed() {
    NativeLibraries libraries =
        new NativeLibraries(
            new LibraryFolders(List.of(), List.of()),
            List.of(13),
            name -> NativeLibrary.getProcess());
    assertThatThrownBy(() -> libraries.load(CudaLibrary.NVRTC, Absent.class))
        .isInstanceOf(DeviceException.class)
        .hasMessageStartingWith("What was found as CUDA's library NVRTC, ")
        .hasMessageContaining(" has no function no_library_has_this: ")
        .hasMessageEndingWith("name the folder of the right one in OWLORE_CUDA_LIBRARIES.");
  }

  @Test
  void theSystemsOwnIsPreferredToUsualFolders() throws IOException {
    Files.createFile(folder.resolve("libnvrtc.so.13"));
    assertThat(libraries(List.of(13), name -> true).open(CudaLibrary.NVRTC, 13))
        .contains("libnvrtc.so.13");
  }

  @Test
  void whatALibraryNeedsIsOpenedBeforeItIsTriedAgain() throws IOException {
    for (CudaLibrary library : CudaLibrary.values()) {
      Files.createFile(folder.resolve(library.file(13)));
    }
    List<String> opened = new ArrayList<>();
    NativeLibraries libraries =
        libraries(
            List.of(13),
            name -> {
              boolean opens =
                  Path.of(name).isAbsolute()
                      && (!name.contains("cusolver") || opened.contains("libcusparse.so.12"));
              if (opens) {
                opened.add(Path.of(name).getFileName().toString());
              }
              return opens;
            });
    assertThat(libraries.open(CudaLibrary.CUSOLVER, 13))
        .contains(folder.resolve("libcusolver.so.12").toString());
    assertThat(opened)
        .containsSubsequence(
            "libnvJitLink.so.13", "libcublas.so.13", "libcusparse.so.12", "libcusolver.so.12");
  }

  private NativeLibraries libraries(List<Integer> releases, Predicate<String> opens) {
    NativeLibraries.Opener opener =
        name -> {
          if (!opens.test(name)) {
            throw new UnsatisfiedLinkError("cannot open " + name + "\nand more");
          }
          return (NativeLibrary) null;
        };
    return new NativeLibraries(new LibraryFolders(List.of(), List.of(folder)), releases, opener);
  }
}
