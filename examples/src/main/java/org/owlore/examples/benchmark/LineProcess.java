package org.owlore.examples.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import lombok.Getter;
import lombok.NonNull;
import lombok.experimental.Accessors;

/** A child process that answers each line it is sent with one line. */
public final class LineProcess implements AutoCloseable {
  private static final long SECONDS_TO_END = 10;

  private final String name;
  private final Process process;
  private final Writer requests;
  private final BufferedReader answers;
  private final LastLine complaints;

  /**
   * Starts a process.
   *
   * @param name what it is, for messages
   * @param environment variables that are set besides the inherited ones
   * @param command program and arguments
   * @throws IllegalArgumentException when there is no such program
   */
  public LineProcess(
      @NonNull String name,
      @NonNull Map<String, String> environment,
      @NonNull List<String> command) {
    this.name = name;
    this.process = start(name, environment, command);
    this.requests = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
    this.answers = reader(process.getInputStream());
    this.complaints = new LastLine(reader(process.getErrorStream()));
  }

  private static Process start(String name, Map<String, String> environment, List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "%s cannot be started: \"%s\" is no program that runs here."
              .formatted(name, command.get(0)),
          e);
    }
  }

  private static BufferedReader reader(InputStream stream) {
    return new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
  }

  /** The process's number. */
  public long pid() {
    return process.pid();
  }

  /**
   * Sends a line and waits for the answer.
   *
   * @throws EndedException when the process has ended
   */
  public String ask(@NonNull String request) {
    try {
      requests.write(request + "\n");
      requests.flush();
    } catch (IOException e) {
      throw ended();
    }
    return read();
  }

  /**
   * Waits for a line that comes without being asked for.
   *
   * @throws EndedException when the process has ended
   */
  public String read() {
    try {
      String answer = answers.readLine();
      if (answer == null) {
        throw ended();
      }
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be read: %s.".formatted(name, e.getMessage()), e);
    }
  }

  private EndedException ended() {
    stop();
    return new EndedException(name, process.exitValue(), complaints.await());
  }

  /** A process that was asked has ended. */
  @Getter
  @Accessors(fluent = true)
  public static final class EndedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    /** The last line of its error output that names an error, else the last one, if any. */
    private final String complaint;

    EndedException(String name, int exitCode, String complaint) {
      super(
          "%s ended with exit code %d%s."
              .formatted(
                  name,
                  exitCode,
                  complaint.isEmpty() ? " and no word" : ", saying \"" + complaint + "\""));
      this.exitCode = exitCode;
      this.complaint = complaint;
    }
  }

  /** Closes the process's input, which asks it to end. */
  @Override
  public void close() {
    stop();
    complaints.await();
  }

  private void stop() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // The process has closed its side already.
      process.destroy();
    }
    try {
      if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Reads all lines, so that the process is never held up, and remembers the last one that names an
   * error, since hints may follow it; else the last one.
   */
  private static final class LastLine {
    private static final Pattern ERROR =
        Pattern.compile("[\\w.]*(Error|Exception|Failed|Interrupt)(: .*)?");

    private final Thread thread;
    private volatile String last = "";
    private volatile String error = "";

    LastLine(BufferedReader lines) {
      thread =
          new Thread(
              () -> lines.lines().filter(line -> !line.isBlank()).forEach(this::note),
              "complaints");
      thread.setDaemon(true);
      thread.start();
    }

    private void note(String line) {
      last = line;
      if (ERROR.matcher(line).matches()) {
        error = line;
      }
    }

    String await() {
      try {
        thread.join(TimeUnit.SECONDS.toMillis(1));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return error.isEmpty() ? last : error;
    }
  }
}
