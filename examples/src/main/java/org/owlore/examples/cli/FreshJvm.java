package org.owlore.examples.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Runs a command again in a Java machine of its own, for measuring: native libraries take their
 * number of threads from the environment when they load, and nothing that ran before takes memory.
 */
final class FreshJvm {
  private static final String THREADS = "owlore.fresh.threads";

  private FreshJvm() {}

  /** Whether this is such a machine already. */
  static boolean isHere() {
    return Integer.getInteger(THREADS) != null;
  }

  /**
   * Runs the command of this machine again.
   *
   * @param threads of native code, at least 1
   * @return its exit code
   */
  static int rerun(CommandSpec spec, int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException(
          "--threads is %d; it must be at least 1.".formatted(threads));
    }
    ProcessBuilder builder = new ProcessBuilder(command(spec, threads));
    String number = Integer.toString(threads);
    builder.environment().put("OMP_NUM_THREADS", number);
    builder.environment().put("OPENBLAS_NUM_THREADS", number);
    builder.environment().putIfAbsent("OMP_WAIT_POLICY", "PASSIVE");
    try {
      return run(builder.start(), spec.commandLine().getOut(), spec.commandLine().getErr());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Java cannot be started once more: %s.".formatted(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("The benchmark was interrupted.", e);
    }
  }

  private static List<String> command(CommandSpec spec, int threads) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> !argument.startsWith("-javaagent") && !argument.startsWith("-agent"))
        .forEach(command::add);
    command.add("-D" + THREADS + "=" + threads);
    // Its error output goes through this machine, and so is no terminal.
    command.add("-Dowlore.columns=0");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Owlore.class.getName()));
    command.addAll(spec.root().commandLine().getParseResult().originalArgs());
    return command;
  }

  private static int run(Process process, PrintWriter out, PrintWriter err)
      throws InterruptedException, IOException {
    Thread ending = new Thread(process::destroy);
    Runtime.getRuntime().addShutdownHook(ending);
    process.getOutputStream().close();
    Thread errors = new Thread(() -> copy(process.getErrorStream(), err), "errors");
    errors.start();
    copy(process.getInputStream(), out);
    errors.join();
    int code = process.waitFor();
    Runtime.getRuntime().removeShutdownHook(ending);
    return code;
  }

  private static void copy(InputStream from, PrintWriter to) {
    new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))
        .lines()
        .forEach(
            line -> {
              to.println(line);
              to.flush();
            });
  }
}
