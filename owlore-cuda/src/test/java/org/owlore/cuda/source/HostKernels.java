package org.owlore.cuda.source;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.owlore.cuda.device.Attention;
import org.owlore.cuda.kernel.Kernel;

/** Generated kernels and attentions as the host's own compiler understands them; needs g++. */
public final class HostKernels implements AutoCloseable {
  private static final String COMPILER = "g++";
  private static final List<String> FILES = List.of("device.h", "threads.cpp");

  private final Map<Object, String> names = new HashMap<>();
  private final Path folder;
  private final NativeLibrary library;

  /** In which order threads take turns. */
  public enum Turns {
    /** The first one first. */
    FORWARDS,
    /** The last one first. */
    BACKWARDS
  }

  private HostKernels(List<Kernel> kernels, List<Attention> attentions)
      throws IOException, InterruptedException {
    folder = Files.createTempDirectory("owlore-kernels");
    List<String> parts = new ArrayList<>(List.of("#include \"threads.cpp\""));
    new LinkedHashSet<>(kernels).forEach(kernel -> parts.add(part(kernel, CudaSource.of(kernel))));
    new LinkedHashSet<>(attentions)
        .forEach(attention -> parts.add(part(attention, CudaSource.of(attention))));
    for (String file : FILES) {
      Files.writeString(folder.resolve(file), resource(file));
    }
    Path source = Files.writeString(folder.resolve("kernels.cpp"), String.join("\n", parts));
    Path compiled = folder.resolve("kernels.so");
    compile(source, compiled);
    library = NativeLibrary.getInstance(compiled.toString());
  }

  /** Compiles kernels; the test is skipped where there is no g++. */
  public static HostKernels of(List<Kernel> kernels) {
    return of(kernels, List.of());
  }

  /** Compiles kernels and attentions; the test is skipped where there is no g++. */
  public static HostKernels of(List<Kernel> kernels, List<Attention> attentions) {
    boolean present =
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(programs -> Files.isExecutable(Path.of(programs, COMPILER)));
    assumeTrue(present, "g++ is needed to run generated kernels on the host");
    try {
      return new HostKernels(kernels, attentions);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Runs a kernel on memory of the host. */
  public void run(Kernel kernel, Turns turns, List<Pointer> arguments) {
    run(kernel, LaunchShape.of(kernel), turns, arguments);
  }

  /** Runs a pass over an attention on memory of the host. */
  public void run(Attention attention, Turns turns, List<Pointer> arguments) {
    run(attention, AttentionShape.of(attention).launch(), turns, arguments);
  }

  private void run(Object work, LaunchShape shape, Turns turns, List<Pointer> arguments) {
    try (Memory places = new Memory((long) Long.BYTES * Math.max(1, arguments.size()))) {
      for (int argument = 0; argument < arguments.size(); argument++) {
        places.setPointer((long) Long.BYTES * argument, arguments.get(argument));
      }
      library
          .getFunction("launch_" + names.get(work))
          .invokeVoid(
              new Object[] {
                places, shape.blocks(), shape.threads(), turns == Turns.BACKWARDS ? 1 : 0
              });
    }
  }

  @Override
  public void close() {
    library.close();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String part(Object work, CudaSource source) {
    String name = "kernel" + names.size();
    names.put(work, name);
    return """
        namespace %1$s {
        %2$s
        static void call(void** p) { host::call(%3$s, p); }
        extern "C" void launch_%1$s(void** places, int blocks, int threads, int backwards) {
          host::run(call, places, blocks, threads, backwards);
        }
        }
        """
        .formatted(name, source.text(), source.function());
  }

  private void compile(Path source, Path compiled) throws IOException, InterruptedException {
    Path log = folder.resolve("log");
    List<String> command = new ArrayList<>(List.of(COMPILER, "-std=c++17", "-O0"));
    command.addAll(List.of("-ffp-contract=off", "-fPIC", "-shared", "-w"));
    command.add("-Wl,-Bsymbolic");
    command.addAll(List.of("-o", compiled.toString(), source.toString()));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (process.waitFor() != 0) {
      throw new IllegalStateException("g++ says: " + Files.readString(log));
    }
  }

  private static String resource(String name) throws IOException {
    try (InputStream file = HostKernels.class.getResourceAsStream(name)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
