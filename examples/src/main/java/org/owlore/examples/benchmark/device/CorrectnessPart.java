package org.owlore.examples.benchmark.device;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import lombok.NonNull;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.examples.report.AtomicFile;
import org.owlore.finetune.Batch;
import org.owlore.finetune.Devices;
import org.owlore.finetune.FineTuner;
import org.owlore.finetune.Method;
import org.owlore.finetune.TrainingDevice;
import org.owlore.graph.LanguageModel;
import org.owlore.huggingface.HuggingFaceCheckpoint;
import org.owlore.precision.StorageType;
import org.owlore.safetensors.SafetensorsFile;

/**
 * Trains small Llamas on the device, on the CPU and in PyTorch, and compares losses and gradients:
 * of the device as it is set, and with each form of attention that it has.
 *
 * @param device what is measured
 * @param exact whether float32 weights are computed with in float32: then they agree closely
 * @param pytorch what else is compared with, if anything is
 * @param folder where checkpoints are written for PyTorch
 */
public record CorrectnessPart(
    @NonNull MeasuredDevice device,
    boolean exact,
    @NonNull Optional<DeviceTwin.Program> pytorch,
    @NonNull Path folder)
    implements Part {
  private static final List<Method> METHODS = List.of(Method.FULL, Method.LISA, Method.OWLORE);
  private static final TrainingDevice.Factory HOST =
      Devices.of(List.of()).factory(Devices.HOST, null);
  private static final double FORWARD = 1e-4;
  private static final double GRADIENT = 1e-4;
  private static final double CURVE = 1e-3;

  /** What narrow products may make of a curve where PyTorch does not tell. */
  private static final double NARROW = 2e-2;

  private static final String RELATIVE = "relative";

  /**
   * What the losses of a device are to be.
   *
   * @param host the CPU's
   * @param theirs PyTorch's, or null
   * @param first how far the first one may be from the CPU's
   * @param limit how far the others may be
   */
  private record Expected(double[] host, double[] theirs, double first, double limit) {
    void compare(String name, double[] ours, Consumer<Finding> findings) {
      double distance = relative(ours[0], host[0]);
      findings.accept(
          Finding.atMost(name + "first loss, device from CPU", distance, RELATIVE, first));
      String losses = name + "losses of 20 steps, device from ";
      findings.accept(Finding.atMost(losses + "CPU", largest(ours, host), RELATIVE, limit));
      if (theirs != null) {
        double wide = largest(ours, theirs);
        findings.accept(Finding.atMost(losses + "PyTorch float32", wide, RELATIVE, limit));
      }
    }
  }

  @Override
  public void run(@NonNull Consumer<Finding> findings) {
    for (SmallModel model : SmallModel.values()) {
      Optional<DeviceTwin> twin = pytorch.map(DeviceTwin.Program::start);
      try {
        compare(model, twin, findings);
      } finally {
        twin.ifPresent(DeviceTwin::close);
      }
    }
  }

  private void compare(SmallModel model, Optional<DeviceTwin> twin, Consumer<Finding> findings) {
    Path checkpoint = folder.resolve(model.label());
    if (twin.isPresent()) {
      write(model, checkpoint);
    }
    for (Method method : METHODS) {
      double[] host = curve(model, method, HOST);
      double[] theirs =
          twin.map(it -> it.curve(checkpoint, method, StorageType.FLOAT32, SmallModel.STEPS))
              .orElse(null);
      double limit = curveLimit(model, method, twin, checkpoint, theirs, findings);
      Expected expected = new Expected(host, theirs, isExact(model) ? FORWARD : limit, limit);
      device
          .byAttention()
          .forEach(
              (form, factory) -> {
                String name = "%s %s%s: ".formatted(model.label(), method.label(), form);
                expected.compare(name, curve(model, method, factory), findings);
              });
    }
    if (model.storage() == StorageType.FLOAT32) {
      gradients(model, twin, checkpoint, findings);
    }
  }

  private void gradients(
      SmallModel model, Optional<DeviceTwin> twin, Path checkpoint, Consumer<Finding> findings) {
    StepGradients host = StepGradients.of(model, HOST);
    twin.ifPresent(it -> it.gradients(checkpoint));
    Optional<SafetensorsFile> theirs =
        twin.map(it -> SafetensorsFile.open(checkpoint.resolve("gradients.safetensors")));
    double limit = exact ? GRADIENT : NARROW;
    device
        .byAttention()
        .forEach(
            (form, factory) -> {
              StepGradients ours = StepGradients.of(model, factory);
              String name = "%s full%s: gradients, device from ".formatted(model.label(), form);
              double fromHost = ours.distance(host.byName()::get);
              findings.accept(Finding.atMost(name + "CPU", fromHost, RELATIVE, limit));
              theirs
                  .map(file -> ours.distance(file::read))
                  .map(it -> Finding.atMost(name + "PyTorch float32", it, RELATIVE, limit))
                  .ifPresent(findings);
            });
  }

  /** Twice what bf16 makes of PyTorch's own curve, where products are narrow. */
  private double curveLimit(
      SmallModel model,
      Method method,
      Optional<DeviceTwin> twin,
      Path checkpoint,
      double[] wide,
      Consumer<Finding> findings) {
    if (isExact(model)) {
      return CURVE;
    }
    if (twin.isEmpty()) {
      return NARROW;
    }
    double[] narrow = twin.get().curve(checkpoint, method, StorageType.BF16, SmallModel.STEPS);
    double distance = largest(narrow, wide);
    findings.accept(
        Finding.of(
            "%s %s: losses of 20 steps, PyTorch bf16 from PyTorch float32"
                .formatted(model.label(), method.label()),
            distance,
            RELATIVE));
    return Math.max(CURVE, 2 * distance);
  }

  private boolean isExact(SmallModel model) {
    return exact && model.storage() == StorageType.FLOAT32;
  }

  private static double[] curve(SmallModel model, Method method, TrainingDevice.Factory where) {
    LanguageModel trained = model.build();
    try (FineTuner tuner = new FineTuner(trained, model.configuration(method), where)) {
      return tuner.fit(model.batches(), SmallModel.STEPS, report -> true).losses().stream()
          .mapToDouble(Double::doubleValue)
          .toArray();
    }
  }

  private static double largest(double[] some, double[] others) {
    return IntStream.range(0, others.length)
        .mapToDouble(step -> relative(some[step], others[step]))
        .reduce(0, Math::max);
  }

  private static double relative(double some, double other) {
    return Math.abs(some - other) / Math.abs(other);
  }

  /** The checkpoint and its batches, as the twin reads them. */
  private static void write(SmallModel model, Path checkpoint) {
    HuggingFaceCheckpoint.create(model.config(), model.build(), checkpoint);
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("rank", SmallModel.RANK);
    root.put("rate", SmallModel.LEARNING_RATE);
    ArrayNode steps = root.putArray("steps");
    for (int step = 0; step < SmallModel.STEPS; step++) {
      ObjectNode node = steps.addObject();
      model.blocks(step).forEach(node.withArray("blocks")::add);
      try (Batch batch = model.batches().batch(step)) {
        rows(node.putArray("ids"), batch.placeholders().get(LanguageModel.INPUT_IDS));
        rows(node.putArray("labels"), batch.placeholders().get(LanguageModel.LABELS));
      }
    }
    AtomicFile.write(checkpoint.resolve("batches.json"), root.toString());
  }

  private static void rows(ArrayNode node, INDArray ids) {
    for (int[] row : ids.toIntMatrix()) {
      ArrayNode one = node.addArray();
      for (int id : row) {
        one.add(id);
      }
    }
  }

  /** A folder of its own for the checkpoints. */
  public static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("owlore-device");
    } catch (IOException e) {
      throw new UncheckedIOException("No folder can be made for checkpoints: " + e.getMessage(), e);
    }
  }
}
