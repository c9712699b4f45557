package org.owlore.examples.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import lombok.NonNull;
import org.owlore.finetune.StepReport;

/**
 * One JSON object a line for each step: {@code step}, {@code loss} (nats a token), {@code active}
 * (layers that trained), {@code learningRate}, {@code tokens} (fed, padding not counted), {@code
 * seconds} (of the step), {@code peakBytes} (off-heap memory of weights, optimizer and workspace,
 * the highest so far). Each line is written at once, so that a run can be watched.
 */
public final class StepLog implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final BufferedWriter writer;
  private long peakBytes;

  private StepLog(Path file, BufferedWriter writer) {
    this.file = file;
    this.writer = writer;
  }

  /**
   * Starts a log, in place of an older one.
   *
   * @throws UncheckedIOException if the file cannot be written
   */
  public static StepLog create(@NonNull Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      return new StepLog(file, Files.newBufferedWriter(file));
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  /**
   * Adds a line.
   *
   * @throws UncheckedIOException if the file cannot be written
   */
  public void write(@NonNull StepReport report) {
    peakBytes = Math.max(peakBytes, report.memory().total());
    ObjectNode line = JSON.createObjectNode();
    line.put("step", report.step());
    line.put("loss", report.loss());
    report.active().forEach(line.putArray("active")::add);
    line.put("learningRate", report.learningRate());
    line.put("tokens", report.tokens());
    line.put("seconds", report.seconds());
    line.put("peakBytes", peakBytes);
    try {
      writer.write(line.toString());
      writer.newLine();
      writer.flush();
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  @Override
  public void close() {
    try {
      writer.close();
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  private static UncheckedIOException failure(Path file, IOException e) {
    return new UncheckedIOException(
        "The log %s cannot be written: %s.".formatted(file, e.getMessage()), e);
  }
}
