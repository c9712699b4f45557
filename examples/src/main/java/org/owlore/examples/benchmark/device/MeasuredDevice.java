package org.owlore.examples.benchmark.device;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import lombok.NonNull;
import org.owlore.finetune.Devices;
import org.owlore.finetune.TrainingDevice;

/**
 * A device that is asked, as the user has set it and in each form that it has besides.
 *
 * @param asSet as the user has set it
 * @param forms all forms, or none for a device without such settings
 */
public record MeasuredDevice(
    @NonNull TrainingDevice.Factory asSet, @NonNull Map<Form, TrainingDevice.Factory> forms) {
  /** What the device is called as it is set. */
  static final String AS_SET = "as set";

  /** Copies the forms. */
  public MeasuredDevice {
    forms = Map.copyOf(forms);
  }

  /** A device that has no forms. */
  public static MeasuredDevice plain(@NonNull TrainingDevice.Factory device) {
    return new MeasuredDevice(device, Map.of());
  }

  /**
   * A device by its name.
   *
   * @param devices among which it is
   * @param name as {@link Devices#factory} takes it
   * @param precision as {@link Devices#factory} takes it; null for the default
   * @throws IllegalArgumentException when there is no such device or precision
   */
  public static MeasuredDevice of(
      @NonNull Devices devices, @NonNull String name, String precision) {
    TrainingDevice.Factory asSet = devices.factory(name, precision);
    Map<Form, TrainingDevice.Factory> forms = new EnumMap<>(Form.class);
    if (Form.among(devices.settings(name))) {
      for (Form form : Form.values()) {
        forms.put(form, form.of(devices).factory(name, precision));
      }
    }
    return new MeasuredDevice(asSet, forms);
  }

  /** Whether the device can be set to forms. */
  boolean hasForms() {
    return !forms.isEmpty();
  }

  /** A form, or the device as it is set where it has none. */
  TrainingDevice.Factory in(@NonNull Form form) {
    return forms.getOrDefault(form, asSet);
  }

  /** The device as it is set, and with attention in each form, by what that adds to names. */
  Map<String, TrainingDevice.Factory> byAttention() {
    Map<String, TrainingDevice.Factory> all = new LinkedHashMap<>();
    all.put("", asSet);
    if (hasForms()) {
      all.put(", " + Form.FUSED.label(), in(Form.FUSED));
      all.put(", " + Form.PRODUCTS.label(), in(Form.PRODUCTS));
    }
    return all;
  }
}
