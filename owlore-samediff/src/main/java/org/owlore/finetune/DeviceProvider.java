package org.owlore.finetune;

import java.util.List;
import lombok.NonNull;

/**
 * Knows training devices other than the host. Found through {@link java.util.ServiceLoader}: a
 * module that is on the class path is enough.
 */
public interface DeviceProvider {

  /** What comes before the colon in a device's name, e.g. {@code cuda}. */
  String kind();

  /**
   * The devices that are there, the first one with number 0.
   *
   * @return empty when there is none: then {@link #problem} says why
   */
  List<Description> devices();

  /** Why there is no device, as one sentence; null when there is one. */
  String problem();

  /**
   * How to train on a device.
   *
   * @param number of the device, from 0
   * @param precision what matrix products compute with, see {@link #precisions}; null to follow how
   *     the model's weights are stored
   * @throws IllegalArgumentException for an unknown precision
   */
  TrainingDevice.Factory factory(int number, String precision);

  /** The names of the precisions that there are. */
  List<String> precisions();

  /**
   * A device.
   *
   * @param text what it is, in a line
   * @param problem why it cannot be used, as one sentence; null when it can
   */
  record Description(@NonNull String text, String problem) {}
}
