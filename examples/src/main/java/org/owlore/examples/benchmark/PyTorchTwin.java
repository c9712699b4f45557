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

  private final TwinProcess process;

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
    process = new TwinProcess(python, script, options(workload, methods, threads), environment);
  }

  private static List<String> options(Workload workload, Collection<Method> methods, int threads) {
    BenchmarkModel model = workload.model();
    List<String> options = new ArrayList<>();
    options.add("--methods");
    options.add(methods.stream().map(Method::label).collect(Collectors.joining(",")));
    add(options, "--threads", threads);
    add(options, "--blocks", model.blocks());
    add(options, "--hidden", model.hidden());
    add(options, "--intermediate", model.intermediate());
    add(options, "--heads", model.heads());
    add(options, "--vocabulary", model.vocabulary());
    add(options, "--batch", workload.batch());
    add(options, "--length", workload.length());
    add(options, "--rank", workload.rank());
    return options;
  }

  private static void add(List<String> options, String option, int value) {
    options.add(option);
    options.add(Integer.toString(value));
  }

  /** PyTorch's version and optimizer, as the twin says it. */
  public String version() {
    return process.version();
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
