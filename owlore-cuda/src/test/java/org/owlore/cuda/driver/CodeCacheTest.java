package org.owlore.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.owlore.cuda.source.CudaSource;

class CodeCacheTest {
  private static final CudaSource SOURCE = new CudaSource("a", "source of a");
  @TempDir private Path folder;
  private int compilations;

  @Test
  void aKernelIsCompiledOnce() {
    assertThat(code(SOURCE, "sm_90", "13.0")).isEqualTo(code(SOURCE, "sm_90", "13.0"));
    assertThat(compilations).isOne();
  }

  @Test
  void anotherSourceArchitectureOrCompilerIsAnotherEntry() {
    code(SOURCE, "sm_90", "13.0");
    code(new CudaSource("a", "other"), "sm_90", "13.0");
    code(SOURCE, "sm_80", "13.0");
    code(SOURCE, "sm_90", "13.1");
    assertThat(compilations).isEqualTo(4);
  }

  @Test
  void aDamagedEntryIsCompiledAgain() throws IOException {
    code(SOURCE, "sm_90", "13.0");
    for (byte[] damaged : new byte[][] {{}, new byte[40]}) {
      Files.write(entry(), damaged);
      compilations = 0;
      code(SOURCE, "sm_90", "13.0");
      code(SOURCE, "sm_90", "13.0");
      assertThat(compilations).isOne();
    }
  }

  @Test
  void aFolderThatCannotBeWrittenMeansCompilingEachTime() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    CodeCache cache = new CodeCache(file.resolve("below"));
    assertThat(cache.code(SOURCE, "sm_90", "13.0", this::compile)).containsExactly(1, 2, 3);
  }

  @Test
  void theFolderIsTheUsersOwn() {
    Path home = Path.of("home");
    assertThat(CodeCache.of(Map.of(), home).folder())
        .isEqualTo(Path.of("home", ".cache", "owlore", "cuda"));
    assertThat(CodeCache.of(Map.of("XDG_CACHE_HOME", "cache"), home).folder())
        .isEqualTo(Path.of("cache", "owlore", "cuda"));
    assertThat(CodeCache.of(Map.of("OWLORE_CUDA_CACHE", "own"), home).folder())
        .isEqualTo(Path.of("own"));
  }

  private byte[] code(CudaSource source, String architecture, String version) {
    return new CodeCache(folder).code(source, architecture, version, this::compile);
  }

  private byte[] compile() {
    compilations++;
    return new byte[] {1, 2, 3};
  }

  private Path entry() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findFirst().orElseThrow();
    }
  }
}
