package org.owlore.examples.cli;

import org.owlore.examples.benchmark.device.MeasuredDevice;
import org.owlore.finetune.Devices;
import org.owlore.finetune.ForwardDevice;
import org.owlore.finetune.TrainingDevice;
import picocli.CommandLine.Option;

/** Mixin: where to compute. */
final class DeviceOptions {
  @Option(
      names = "--device",
      defaultValue = Devices.HOST,
      paramLabel = "cpu|cuda[:N]",
      description =
          "Where to compute: cpu, or the N-th NVIDIA GPU, from 0; owlore devices lists them (default:"
              + " ${DEFAULT-VALUE}).")
  private String device;

  @Option(
      names = "--precision",
      paramLabel = "float32|tf32|bf16",
      description =
          "What the matrix products of a GPU compute with (default: as the weights are stored).")
  private String precision;

  /**
   * How to train there.
   *
   * @throws IllegalArgumentException when there is no such device or precision
   */
  TrainingDevice.Factory factory() {
    return Devices.available().factory(device, precision);
  }

  /**
   * How to compute a model there without training it.
   *
   * @throws IllegalArgumentException when there is no such device or precision
   */
  ForwardDevice.Factory forward() {
    return Devices.available().forward(device, precision);
  }

  /**
   * The device with all forms that it has.
   *
   * @throws IllegalArgumentException when there is no such device or precision
   */
  MeasuredDevice measured() {
    return MeasuredDevice.of(Devices.available(), device, precision);
  }

  /** Whether that is where ND4J computes. */
  boolean isHost() {
    return device.equals(Devices.HOST);
  }

  /** Whether float32 weights are multiplied in float32. */
  boolean isExact() {
    return precision == null || precision.equals("float32");
  }

  /** The device's name. */
  String device() {
    return device;
  }

  /** What the device computes with, for people. */
  String precision() {
    return precision == null ? "as stored" : precision;
  }
}
