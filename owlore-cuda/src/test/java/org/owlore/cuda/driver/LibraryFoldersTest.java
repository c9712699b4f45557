package org.owlore.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibraryFoldersTest {
  @TempDir private Path machine;

  @Test
  void onesOwnFoldersComeFirst() throws IOException {
    Path own = folder("own");
    Path toolkit = folder("home/lib64");
    LibraryFolders folders =
        LibraryFolders.of(
            Map.of(
                LibraryFolders.VARIABLE,
                own + File.pathSeparator + machine.resolve("absent"),
                "CUDA_HOME",
                machine.resolve("home").toString()),
            machine.resolve("local"));
    assertThat(folders.named()).containsExactly(own, machine.resolve("absent"));
    assertThat(folders.all()).containsExactly(own, machine.resolve("absent"), toolkit);
  }

  @Test
  void toolkitsAreFoundWhereTheyAreInstalled() throws IOException {
    Path toolkit = folder("local/cuda-13.0/targets/x86_64-linux/lib");
    folder("local/share/lib64");
    assertThat(LibraryFolders.of(Map.of(), machine.resolve("local")).usual())
        .containsExactly(toolkit);
  }

  @Test
  void wheelsAreFoundBesideThePythonOnThePath() throws IOException {
    Path programs = folder("venv/bin");
    Files.createFile(programs.resolve("python3"));
    Path thirteen = folder("venv/lib/python3.12/site-packages/nvidia/cu13/lib");
    Path twelve = folder("venv/lib/python3.12/site-packages/nvidia/cublas/lib");
    Path system = folder("venv/local/lib/python3.12/dist-packages/nvidia/cusolver/lib");
    folder("venv/lib/python3.12/site-packages/nvidia/cublas/include");
    Map<String, String> path =
        Map.of("PATH", machine.resolve("bin") + File.pathSeparator + programs);
    assertThat(LibraryFolders.of(path, machine.resolve("local")).usual())
        .containsExactlyInAnyOrder(thirteen, twelve, system);
  }

  private Path folder(String name) throws IOException {
    return Files.createDirectories(machine.resolve(name));
  }
}
