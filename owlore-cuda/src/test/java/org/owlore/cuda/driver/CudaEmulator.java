package org.owlore.cuda.driver;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.owlore.cuda.device.DeviceException;
import org.owlore.cuda.source.HostKernels;

/**
 * CUDA's driver and libraries as they are called, with the host in the place of a GPU: compiled
 * from the test resources. What OwLore does with NVIDIA's functions is shown on it, and nothing of
 * what these do.
 */
public final class CudaEmulator {
  private static final String COMPILER = "g++";
  private static final String DRIVER = "libcuda.so.1";

  /** The sources of each library. */
  private static final Map<String, List<String>> LIBRARIES =
      Map.of(
          DRIVER,
          List.of("libcuda.cpp", "modules.cpp", "graphs.cpp", "threads.cpp"),
          "libnvrtc.so.13",
          List.of("libnvrtc.cpp"),
          "libcublasLt.so.13",
          List.of("libcublasLt.cpp"),
          "libcusolver.so.12",
          List.of("libcusolver.cpp"));

  private final Path folder;
  private final Driver driver;
  private final DriverControl driverControl;
  private final CompilerControl compilerControl;

  /** What the emulated driver tells beside what a driver does. */
  private interface DriverControl extends Library {
    int emulator_open();

    int emulator_damaged();

    int emulator_graph_launches();

    void emulator_set_limit(long bytes);

    void emulator_fail_next_launch(int result);
  }

  /** What the emulated compiler tells beside what a compiler does. */
  private interface CompilerControl extends Library {
    int emulator_compilations();
  }

  private CudaEmulator() {
    folder = build();
    String file = folder.resolve(DRIVER).toString();
    driver = new Driver(Native.load(file, DriverApi.class, FileOpener.OPTIONS));
    driverControl = Native.load(file, DriverControl.class, FileOpener.OPTIONS);
    file = folder.resolve("libnvrtc.so.13").toString();
    compilerControl = Native.load(file, CompilerControl.class, FileOpener.OPTIONS);
  }

  /**
   * Opens files only. With options of its own, since JNA would take what was opened under a name
   * for whatever else has that name.
   */
  private static final class FileOpener implements NativeLibraries.Opener {
    /** At once, and of no use to others that are opened later. */
    static final Map<String, Integer> OPTIONS = Map.of(Library.OPTION_OPEN_FLAGS, 2);

    @Override
    public NativeLibrary open(String name) {
      return NativeLibrary.getInstance(name, OPTIONS);
    }

    @Override
    public Map<String, Integer> options() {
      return OPTIONS;
    }
  }

  /** Made once: libraries cannot be taken back from a process. */
  private static final class Once {
    static final CudaEmulator EMULATOR = new CudaEmulator();
  }

  /**
   * The emulator; the test is skipped, with the reason, where it cannot be compiled, and where it
   * would stand beside the real libraries.
   */
  public static CudaEmulator orSkip() {
    boolean present =
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(programs -> Files.isExecutable(Path.of(programs, COMPILER)));
    boolean linux = System.getProperty("os.name").equals("Linux");
    assumeTrue(present && linux, "Linux and g++ are needed to emulate CUDA's libraries");
    assumeTrue(!hasDevice(), "this machine has a CUDA device: what it does need not be emulated");
    return Once.EMULATOR;
  }

  private static boolean hasDevice() {
    try {
      return !CudaDevices.list().isEmpty();
    } catch (DeviceException none) {
      return false;
    }
  }

  /** Where the libraries lie. */
  public Path folder() {
    return folder;
  }

  /** Its driver. */
  Driver driver() {
    return driver;
  }

  /** Its one device; {@code cache} is where compiled kernels are kept. */
  public CudaDevice open(Path cache) {
    NativeLibraries libraries =
        new NativeLibraries(
            new LibraryFolders(List.of(folder), List.of()), driver.releases(), new FileOpener());
    return CudaDevices.open(driver, libraries, new CodeCache(cache), 0, ProductPrecision.FLOAT32);
  }

  /** How many things were taken from the driver and the libraries, and not given back. */
  public int openThings() {
    return driverControl.emulator_open();
  }

  /** How many pieces of memory were written beside, as far as they were given back. */
  public int damagedPieces() {
    return driverControl.emulator_damaged();
  }

  /** How often graphs were launched so far. */
  public int graphLaunches() {
    return driverControl.emulator_graph_launches();
  }

  /** How many kernels were compiled so far. */
  public int compilations() {
    return compilerControl.emulator_compilations();
  }

  /** Sets how much memory the device has. */
  public void limit(long bytes) {
    driverControl.emulator_set_limit(bytes);
  }

  /** Lets the kernel that is asked for next fail, once it is its turn. */
  public void failNextLaunch(int result) {
    driverControl.emulator_fail_next_launch(result);
  }

  private static Path build() {
    try {
      Path folder = Files.createTempDirectory("owlore-emulator");
      copy(HostKernels.class, "device.h", folder);
      copy(HostKernels.class, "threads.cpp", folder);
      for (String file : List.of("emulator.h", "modules.cpp", "graphs.cpp")) {
        copy(CudaEmulator.class, "emulator/" + file, folder);
      }
      List<Process> compilers = new ArrayList<>();
      for (Map.Entry<String, List<String>> library : LIBRARIES.entrySet()) {
        copy(CudaEmulator.class, "emulator/" + library.getValue().get(0), folder);
        compilers.add(compiler(folder, library.getKey(), library.getValue()));
      }
      for (Process compiler : compilers) {
        String complaints = new String(compiler.getInputStream().readAllBytes());
        if (compiler.waitFor() != 0) {
          throw new IllegalStateException("g++ says: " + complaints);
        }
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Process compiler(Path folder, String library, List<String> sources)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(COMPILER, "-std=c++17", "-O1", "-fPIC"));
    command.addAll(List.of("-shared", "-w", "-o", library));
    command.addAll(sources);
    folder.resolve(library).toFile().deleteOnExit();
    return new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
  }

  private static void copy(Class<?> owner, String resource, Path folder) throws IOException {
    Path target = folder.resolve(Path.of(resource).getFileName());
    folder.toFile().deleteOnExit();
    target.toFile().deleteOnExit();
    try (InputStream file = owner.getResourceAsStream(resource)) {
      Files.copy(file, target);
    }
  }
}
