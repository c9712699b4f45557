package org.owlore.finetune;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import lombok.NonNull;

/** Finds training devices by their names, and sets how they compute. Immutable. */
public final class Devices {
  /** The name of the host: where ND4J computes. */
  public static final String HOST = "cpu";

  private static final String HOST_PRECISION = "float32";

  private static final Pattern NAME = Pattern.compile("([a-z]+)(?::(\\d{1,4}))?");

  private final List<DeviceProvider> providers;
  private final Map<String, String> settings;

  private Devices(List<DeviceProvider> providers, Map<String, String> settings) {
    this.providers = List.copyOf(providers);
    this.settings = Map.copyOf(settings);
  }

  /** The devices of all modules on the class path, set as this process's environment says. */
  public static Devices available() {
    return new Devices(
        ServiceLoader.load(DeviceProvider.class).stream().map(ServiceLoader.Provider::get).toList(),
        System.getenv());
  }

  /** The devices of some providers, with nothing set. */
  public static Devices of(@NonNull List<DeviceProvider> providers) {
    return new Devices(providers, Map.of());
  }

  /**
   * The same devices with one setting replaced.
   *
   * @param setting one that a provider {@link DeviceProvider#settings knows}
   * @param value checked when a device is opened
   * @throws IllegalArgumentException when no provider knows the setting
   */
  public Devices with(@NonNull String setting, @NonNull String value) {
    Set<String> known =
        providers.stream()
            .flatMap(provider -> provider.settings().stream())
            .collect(Collectors.toCollection(TreeSet::new));
    if (!known.contains(setting)) {
      throw new IllegalArgumentException(
          "There is no setting \"%s\" of devices: there are %s."
              .formatted(setting, known.isEmpty() ? "none here" : String.join(", ", known)));
    }
    Map<String, String> changed = new HashMap<>(settings);
    changed.put(setting, value);
    return new Devices(providers, changed);
  }

  /**
   * What can be set for a device.
   *
   * @param name as for {@link #factory}; it need not be there
   * @return names of settings; empty for the host
   * @throws IllegalArgumentException when devices are not called that
   */
  public Set<String> settings(@NonNull String name) {
    return name.equals(HOST) ? Set.of() : provider(parts(name).group(1)).settings();
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
   * @throws IllegalArgumentException when there is no such device, no such precision, or no such
   *     value of a setting; the message says which there are
   */
  public TrainingDevice.Factory factory(@NonNull String name, String precision) {
    if (name.equals(HOST)) {
      requireNoPrecision(precision);
      return Host::new;
    }
    DeviceProvider provider = usable(name, precision);
    return provider.factory(number(name), precision, settings);
  }

  /**
   * How to compute a model on a device without training it.
   *
   * @param name as for {@link #factory}
   * @param precision as for {@link #factory}
   * @throws IllegalArgumentException as for {@link #factory}
   */
  public ForwardDevice.Factory forward(@NonNull String name, String precision) {
    if (name.equals(HOST)) {
      requireNoPrecision(precision);
      return HostForward::new;
    }
    DeviceProvider provider = usable(name, precision);
    return provider.forward(number(name), precision, settings);
  }

  /** Who knows a device, which can be used. */
  private DeviceProvider usable(String name, String precision) {
    DeviceProvider provider = provider(parts(name).group(1));
    requireUsable(provider, number(name));
    requireKnown(provider, precision);
    return provider;
  }

  private int number(String name) {
    String number = parts(name).group(2);
    return number == null ? 0 : Integer.parseInt(number);
  }

  private Matcher parts(String name) {
    Matcher parts = NAME.matcher(name);
    if (!parts.matches() || parts.group(1).equals(HOST)) {
      throw new IllegalArgumentException(
          "There is no device \"%s\": devices are called %s.".formatted(name, names()));
    }
    return parts;
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
