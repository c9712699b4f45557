package org.owlore.examples.benchmark;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import lombok.NonNull;

/**
 * PyTorch as a child process that answers lines. When it fails, that is one sentence: what was run,
 * the error in PyTorch's words, and what can be done.
 */
public final class TwinProcess implements AutoCloseable {
  private static final String NAME = "The PyTorch twin";
  private static final int LONGEST_QUOTE = 240;
  private static final String LEAVE_OUT = ", or leave --against pytorch out.";

  private final String command;
  private final LineProcess process;
  private final String version;

  /**
   * Starts PyTorch and waits until it is ready.
   *
   * @param python the interpreter
   * @param script the source; a file
   * @param options for the script
   * @param environment variables that are set besides the inherited ones
   * @throws IllegalArgumentException when there is no such interpreter
   * @throws IllegalStateException when it does not get ready, e.g. without PyTorch
   */
  public TwinProcess(
      @NonNull String python,
      @NonNull Path script,
      @NonNull List<String> options,
      @NonNull Map<String, String> environment) {
    List<String> words = new ArrayList<>(List.of(python, script.toString()));
    words.addAll(options);
    command = String.join(" ", words);
    process = new LineProcess(NAME, environment, words);
    version = firstLine();
  }

  private String firstLine() {
    try {
      return process.read();
    } catch (LineProcess.EndedException e) {
      process.close();
      throw failure("did not start", e);
    }
  }

  /** PyTorch's version and the like, as the twin says them. */
  public String version() {
    return version;
  }

  /** The process's number. */
  public long pid() {
    return process.pid();
  }

  /**
   * Sends a line and waits for the answer.
   *
   * @throws IllegalStateException when the process has ended
   */
  public String ask(@NonNull String request) {
    try {
      return process.ask(request);
    } catch (LineProcess.EndedException e) {
      throw failure("failed at \"" + request + "\"", e);
    }
  }

  private IllegalStateException failure(String what, LineProcess.EndedException end) {
    String said = end.complaint();
    String quote =
        said.isEmpty()
            ? "ending with exit code %d and no word".formatted(end.exitCode())
            : "saying \"" + shortened(said) + "\"";
    return new IllegalStateException(
        "PyTorch %s (%s), %s: %s%s".formatted(what, command, quote, advice(said), LEAVE_OUT), end);
  }

  private static String shortened(String said) {
    return said.length() <= LONGEST_QUOTE ? said : said.substring(0, LONGEST_QUOTE) + " ...";
  }

  private static String advice(String said) {
    if (said.contains("No module named")) {
      return "install what is missing, name another interpreter with --python";
    }
    if (said.contains("out of memory")) {
      return "let nothing else use the device's memory, take a smaller model";
    }
    return "run that command by hand to see all it says";
  }

  @Override
  public void close() {
    process.close();
  }
}
