package org.owlore.examples.benchmark.device;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import lombok.NonNull;
import org.owlore.examples.benchmark.BenchmarkModel;
import org.owlore.examples.benchmark.Contender;
import org.owlore.examples.benchmark.Timing;
import org.owlore.examples.benchmark.Turn;
import org.owlore.examples.benchmark.TwinProcess;
import org.owlore.examples.benchmark.Workload;
import org.owlore.finetune.Method;
import org.owlore.precision.StorageType;

/** PyTorch on the same device: {@code benchmarks/device/pytorch_device.py} as a child process. */
public final class DeviceTwin implements Contender {

  /**
   * How to start it.
   *
   * @param python the interpreter
   * @param script the twin's source
   * @param device as PyTorch calls it
   */
  public record Program(@NonNull String python, @NonNull Path script, @NonNull String device) {

    /**
     * Starts a twin that is only asked about checkpoints and ceilings.
     *
     * @throws IllegalArgumentException when there is no such interpreter or script
     * @throws IllegalStateException when it does not get ready, e.g. without PyTorch
     */
    DeviceTwin start() {
      return start("pytorch", List.of());
    }

    /** Starts a twin that makes steps. */
    DeviceTwin start(Workload workload, StorageType storage, boolean compiled) {
      List<String> options = new ArrayList<>();
      options.addAll(List.of("--dtype", storage == StorageType.BF16 ? "bf16" : "float32"));
      BenchmarkModel model = workload.model();
      Map<String, Integer> numbers =
          Map.of(
              "--blocks", model.blocks(),
              "--hidden", model.hidden(),
              "--intermediate", model.intermediate(),
              "--heads", model.heads(),
              "--vocabulary", model.vocabulary(),
              "--batch", workload.batch(),
              "--length", workload.length(),
              "--rank", workload.rank());
      numbers.forEach((name, value) -> options.addAll(List.of(name, value.toString())));
      if (compiled) {
        options.add("--compile");
      }
      return start(compiled ? "pytorch-compiled" : "pytorch", options);
    }

    private DeviceTwin start(String name, List<String> options) {
      if (!Files.isRegularFile(script)) {
        throw new IllegalArgumentException(
            "There is no PyTorch twin at %s: say with --twin where benchmarks/device/pytorch_device.py is."
                .formatted(script));
      }
      List<String> all = new ArrayList<>(List.of("--device", device));
      all.addAll(options);
      return new DeviceTwin(name, new TwinProcess(python, script, all, Map.of()));
    }
  }

  private final String name;
  private final TwinProcess process;

  private DeviceTwin(String name, TwinProcess process) {
    this.name = name;
    this.process = process;
  }

  /** PyTorch's version and the device's name, as the twin says them. */
  public String version() {
    return process.version();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Timing step(Turn turn) {
    String blocks =
        turn.blocks().stream().map(String::valueOf).collect(Collectors.joining(" ", " ", ""));
    boolean all = !turn.method().samplesLayers();
    return Timing.of(numbers(turn.method().label() + (all ? "" : blocks), 1)[0]);
  }

  /** What the device does at best: bf16 matrix products in TFLOP/s, copies in GB/s. */
  double[] ceilings() {
    return numbers("ceilings", 2);
  }

  /** The most bytes that PyTorch has held on the device; 0 on the CPU. */
  double peakBytes() {
    return numbers("peak", 1)[0];
  }

  /** Writes the gradients of a checkpoint's first batch beside it, and answers with its loss. */
  double gradients(Path folder) {
    return numbers("gradients " + folder, 1)[0];
  }

  /** The losses of a checkpoint that trains on the batches beside it. */
  double[] curve(Path folder, Method method, StorageType storage, int steps) {
    String request = "curve %s %s %s".formatted(method.label(), label(storage), folder);
    return numbers(request, steps);
  }

  private static String label(StorageType storage) {
    return storage.name().toLowerCase(Locale.ROOT);
  }

  private double[] numbers(String request, int count) {
    String answer = process.ask(request);
    try {
      double[] numbers =
          Arrays.stream(answer.split(" ")).mapToDouble(Double::parseDouble).toArray();
      if (numbers.length == count) {
        return numbers;
      }
    } catch (NumberFormatException e) {
      // Said below, as when there are too few.
    }
    throw new IllegalStateException(
        "The PyTorch twin was to answer \"%s\" with %d numbers, but said \"%s\"."
            .formatted(request, count, answer));
  }

  @Override
  public void close() {
    process.close();
  }
}
