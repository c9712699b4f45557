package org.owlore.examples.cli;

import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.examples.report.Bytes;
import org.owlore.finetune.DeviceProvider;
import org.owlore.finetune.Devices;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code owlore devices}. */
@Command(
    name = "devices",
    mixinStandardHelpOptions = true,
    description = "Lists where models can be trained: the names that --device takes.")
final class DevicesCommand implements Callable<Integer> {
  private static final int NOT_THERE = 3;

  @Spec private CommandSpec spec;
  @Mixin private Verbosity verbosity;

  @Option(
      names = "--require",
      paramLabel = "KIND",
      description =
          "End with exit code 3 unless there is a device of this kind that can be used: cpu or cuda.")
  private String required;

  @Override
  public Integer call() {
    List<DeviceProvider> providers = Devices.available().providers();
    requireKnown(providers);
    PrintWriter out = spec.commandLine().getOut();
    line(out, Devices.HOST, host());
    providers.forEach(provider -> list(out, provider));
    if (providers.isEmpty()) {
      out.println("No module for other devices is on the class path: owlore-cuda is for GPUs.");
    }
    out.flush();
    if (required == null
        || required.equals(Devices.HOST)
        || providers.stream().anyMatch(this::serves)) {
      return 0;
    }
    spec.commandLine().getErr().printf("owlore: no %s device%n", name(required));
    return NOT_THERE;
  }

  /** GPUs are known even where the module for them is missing: that is no device, not a typo. */
  private void requireKnown(List<DeviceProvider> providers) {
    Set<String> kinds = new LinkedHashSet<>(List.of(Devices.HOST, "cuda"));
    providers.forEach(provider -> kinds.add(provider.kind()));
    if (required != null && !kinds.contains(required)) {
      throw new ParameterException(
          spec.commandLine(),
          "Invalid value for option '--require': '%s' is no kind of device; there are %s"
              .formatted(required, String.join(", ", kinds)));
    }
  }

  private boolean serves(DeviceProvider provider) {
    return provider.kind().equals(required)
        && provider.problem() == null
        && provider.devices().stream().anyMatch(device -> device.problem() == null);
  }

  private static String name(String kind) {
    return kind.equals("cuda") ? "CUDA" : kind;
  }

  private static String host() {
    return "%s, %d threads, at most %s off the heap and %s on it"
        .formatted(
            Nd4j.getBackend().getClass().getSimpleName(),
            Nd4j.getEnvironment().maxThreads(),
            Bytes.text(Pointer.maxBytes()),
            Bytes.text(Runtime.getRuntime().maxMemory()));
  }

  private static void list(PrintWriter out, DeviceProvider provider) {
    if (provider.problem() != null) {
      line(out, provider.kind(), provider.problem());
      return;
    }
    List<DeviceProvider.Description> devices = provider.devices();
    for (int number = 0; number < devices.size(); number++) {
      line(out, provider.kind() + ":" + number, text(devices.get(number)));
    }
  }

  private static String text(DeviceProvider.Description device) {
    return device.problem() == null
        ? device.text()
        : device.text() + "; cannot be used: " + device.problem();
  }

  private static void line(PrintWriter out, String name, String text) {
    out.printf("%-8s %s%n", name, text);
  }
}
