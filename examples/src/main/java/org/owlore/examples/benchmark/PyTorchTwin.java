package org.owlore.examples.benchmark;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import lombok.NonNull;
import org.owlore.finetune.Method;

/**
 * Steps of PyTorch on the same model: {@code benchmarks/step/pytorch_step.py} as a child process.
 * It first says which PyTorch it has, then makes one step for each line such as {@code owlore 2 5}
 * and answers with its milliseconds.
 */
public final class PyTorchTwin implements Contender {
  /** What this contender is called. */
  public static final String NAME = "pytorch";

  private final LineProcess process;
  private final String version;

  /**
   * Starts the twin.
   *
   * @param python the interpreter
   * @param script the twin's source
   * @param workload what it computes
   * @param methods the ways in which it will be asked to train
   * @param threads of native code, at least 1
   * @throws IllegalArgumentException when there is no such interpreter or script
   * @throws IllegalStateException when the twin does not get ready, e.g. without PyTorch
   */
  public PyTorchTwin(
      @NonNull String python,
      @NonNull Path script,
      @NonNull Workload workload,
      @NonNull Collection<Method> methods,
      int threads) {
    if (!Files.isRegularFile(script)) {
      throw new IllegalArgumentException(
          "There is no PyTorch twin at %s: say with --twin where benchmarks/step/pytorch_step.py is."
              .formatted(script));
    }
    Map<String, String> environment = Map.of("OMP_NUM_THREADS", Integer.toString(threads));
    process =
        new LineProcess(
            "The PyTorch twin", environment, command(python, script, workload, methods, threads));
    version = firstLine();
  }

  private String firstLine() {
    try {
      return process.read();
    } catch (IllegalStateException e) {
      process.close();
      throw e;
    }
  }

  private static List<String> command(
      String python, Path script, Workload workload, Collection<Method> methods, int threads) {
    BenchmarkModel model = workload.model();
    List<String> command = new ArrayList<>(List.of(python, script.toString()));
    command.add("--methods");
    command.add(methods.stream().map(Method::label).collect(Collectors.joining(",")));
    add(command, "--threads", threads);
    add(command, "--blocks", model.blocks());
    add(command, "--hidden", model.hidden());
    add(command, "--intermediate", model.intermediate());
    add(command, "--heads", model.heads());
    add(command, "--vocabulary", model.vocabulary());
    add(command, "--batch", workload.batch());
    add(command, "--length", workload.length());
    add(command, "--rank", workload.rank());
    return command;
  }

  private static void add(List<String> command, String option, int value) {
    command.add(option);
    command.add(Integer.toString(value));
  }

  /** PyTorch's version and optimizer, as the twin says it. */
  public String version() {
    return version;
  }

  /** The twin's process number. */
  public long pid() {
    return process.pid();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Timing step(Turn turn) {
    String answer = process.ask(request(turn));
    try {
      return Timing.of(Double.parseDouble(answer));
    } catch (NumberFormatException e) {
      throw new IllegalStateException(
          "The PyTorch twin was to answer with milliseconds, but said \"%s\".".formatted(answer),
          e);
    }
  }

  private static String request(Turn turn) {
    if (!turn.method().samplesLayers()) {
      return turn.method().label();
    }
    return turn.blocks().stream()
        .map(String::valueOf)
        .collect(Collectors.joining(" ", turn.method().label() + " ", ""));
  }

  @Override
  public void close() {
    process.close();
  }
}
