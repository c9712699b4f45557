package org.owlore.finetune;

import java.util.List;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lombok.NonNull;

/** Finds training devices by their names. */
public final class Devices {
  /** The name of the host: where ND4J computes. */
  public static final String HOST = "cpu";

  private static final String HOST_PRECISION = "float32";

  private static final Pattern NAME = Pattern.compile("([a-z]+)(?::(\\d{1,4}))?");

  private final List<DeviceProvider> providers;

  private Devices(List<DeviceProvider> providers) {
    this.providers = List.copyOf(providers);
  }

  /** The devices of all modules on the class path. */
  public static Devices available() {
    return new Devices(
        ServiceLoader.load(DeviceProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .toList());
  }

  /** The devices of some providers. */
  public static Devices of(@NonNull List<DeviceProvider> providers) {
    return new Devices(providers);
  }

  /** Who knows devices besides the host. */
  public List<DeviceProvider> providers() {
    return providers;
  }

  /**
   * How to train on a device.
   *
   * @param name {@code cpu}, or a provider's kind, with a colon and a number for another device
   *     than the first, e.g. {@code cuda:1}
   * @param precision one of the provider's, or null for its default
   * @throws IllegalArgumentException when there is no such device, or no such precision; the
   *     message says which there are
   */
  public TrainingDevice.Factory factory(@NonNull String name, String precision) {
    if (name.equals(HOST)) {
      requireNoPrecision(precision);
      return Host::new;
    }
    Matcher parts = NAME.matcher(name);
    if (!parts.matches() || parts.group(1).equals(HOST)) {
      throw new IllegalArgumentException(
          "There is no device \"%s\": devices are called %s.".formatted(name, names()));
    }
    DeviceProvider provider = provider(parts.group(1));
    int number = parts.group(2) == null ? 0 : Integer.parseInt(parts.group(2));
    requireUsable(provider, number);
    requireKnown(provider, precision);
    return provider.factory(number, precision);
  }

  private DeviceProvider provider(String kind) {
    return providers.stream()
        .filter(provider -> provider.kind().equals(kind))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "There is no device \"%s\" in this program: devices are called %s.%s"
                        .formatted(
                            kind,
                            names(),
                            kind.equals("cuda")
                                ? " Put owlore-cuda on the class path for NVIDIA GPUs."
                                : "")));
  }

  private static void requireUsable(DeviceProvider provider, int number) {
    if (provider.problem() != null) {
      throw new IllegalArgumentException(provider.problem());
    }
    List<DeviceProvider.Description> devices = provider.devices();
    if (number >= devices.size()) {
      throw new IllegalArgumentException(
          "There is no device %s:%d: the last one is %s:%d."
              .formatted(provider.kind(), number, provider.kind(), devices.size() - 1));
    }
    String problem = devices.get(number).problem();
    if (problem != null) {
      throw new IllegalArgumentException(problem);
    }
  }

  private static void requireKnown(DeviceProvider provider, String precision) {
    if (precision != null && !provider.precisions().contains(precision)) {
      throw new IllegalArgumentException(
          "There is no precision \"%s\" on %s devices: choose one of %s."
              .formatted(precision, provider.kind(), String.join(", ", provider.precisions())));
    }
  }

  private static void requireNoPrecision(String precision) {
    if (precision != null && !precision.equals(HOST_PRECISION)) {
      throw new IllegalArgumentException(
          "The CPU computes in float32 always: leave the precision \"%s\" out, or choose another device."
              .formatted(precision));
    }
  }

  private String names() {
    StringBuilder names = new StringBuilder(HOST);
    providers.forEach(
        provider ->
            names
                .append(", ")
                .append(provider.kind())
                .append(", ")
                .append(provider.kind())
                .append(":1"));
    return names.toString();
  }
}
