package org.owlore.cuda.training;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import lombok.NonNull;
import org.owlore.cuda.device.Device;
import org.owlore.cuda.device.DeviceDescription;
import org.owlore.cuda.device.DeviceException;
import org.owlore.cuda.driver.CudaDevices;
import org.owlore.cuda.driver.ProductPrecision;
import org.owlore.cuda.program.Precision;
import org.owlore.finetune.DeviceProvider;
import org.owlore.finetune.ForwardDevice;
import org.owlore.finetune.TrainingDevice;
import org.owlore.graph.LanguageModel;
import org.owlore.precision.NarrowWeight;

/** The NVIDIA GPUs of this machine as training devices. */
public final class CudaProvider implements DeviceProvider {
  @Override
  public String kind() {
    return "cuda";
  }

  @Override
  public List<Description> devices() {
    try {
      return CudaDevices.list().stream().map(CudaProvider::description).toList();
    } catch (DeviceException e) {
      return List.of();
    }
  }

  @Override
  public String problem() {
    try {
      return CudaDevices.list().isEmpty() ? "No CUDA device: the driver knows none." : null;
    } catch (DeviceException e) {
      return e.getMessage();
    }
  }

  @Override
  public List<String> precisions() {
    return Arrays.stream(Precision.values()).map(Precision::label).toList();
  }

  @Override
  public TrainingDevice.Factory factory(
      int number, String precision, @NonNull Map<String, String> settings) {
    DeviceOptions.of(Precision.FLOAT32, settings); // what is wrong is better said at once
    return (model, configuration, projected) ->
        open(
            number,
            options(model, precision, settings),
            (device, options) ->
                new DeviceTraining(device, model, configuration, projected, options));
  }

  @Override
  public ForwardDevice.Factory forward(
      int number, String precision, @NonNull Map<String, String> settings) {
    DeviceOptions.of(Precision.FLOAT32, settings);
    return model ->
        open(
            number,
            options(model, precision, settings),
            (device, options) -> new DeviceForward(device, model, options));
  }

  private DeviceOptions options(
      LanguageModel model, String precision, Map<String, String> settings) {
    return DeviceOptions.of(precision == null ? fitting(model) : precision(precision), settings);
  }

  private static <T> T open(
      int number, DeviceOptions options, BiFunction<Device, DeviceOptions, T> use) {
    Device device = CudaDevices.open(number, products(options.precision()));
    try {
      return use.apply(device, options);
    } catch (RuntimeException e) {
      device.close();
      throw e;
    }
  }

  @Override
  public Set<String> settings() {
    return DeviceOptions.SETTINGS;
  }

  /** {@link Precision#BF16} where matrices are stored in 16 bits, else float32. */
  static Precision fitting(@NonNull LanguageModel model) {
    boolean narrow =
        model.layers().layers().stream()
            .flatMap(layer -> layer.linears().stream())
            .anyMatch(
                linear -> NarrowWeight.isNarrow(model.graph().getArrForVarName(linear.name())));
    return narrow ? Precision.BF16 : Precision.FLOAT32;
  }

  private Precision precision(String label) {
    return Arrays.stream(Precision.values())
        .filter(precision -> precision.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "There is no precision \"%s\": choose one of %s."
                        .formatted(label, String.join(", ", precisions()))));
  }

  private static ProductPrecision products(Precision precision) {
    return precision == Precision.TF32 ? ProductPrecision.TENSOR_FLOAT32 : ProductPrecision.FLOAT32;
  }

  private static Description description(DeviceDescription device) {
    String text =
        String.format(
            Locale.ROOT,
            "%s, compute capability %s, %d multiprocessors, %.1f GB, driver for CUDA %s",
            device.name(),
            device.capability(),
            device.multiprocessors(),
            device.bytes() / 1e9,
            device.driver());
    String problem = CudaDevices.problem(device);
    return new Description(text, problem == null ? missingLibrary() : problem);
  }

  private static String missingLibrary() {
    try {
      CudaDevices.requireLibraries();
      return null;
    } catch (DeviceException e) {
      return e.getMessage();
    }
  }
}
