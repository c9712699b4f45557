package org.owlore.finetune;

import java.util.List;
import java.util.Map;
import java.util.Set;
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
   * @param settings values of what can be set, by name: the provider's own {@link #settings} count,
   *     all others are left alone, so that a whole environment will do
   * @throws IllegalArgumentException for an unknown precision, and for a value of a setting that
   *     there is not; both here or when the device is opened
   */
  TrainingDevice.Factory factory(int number, String precision, Map<String, String> settings);

  /**
   * How to compute a model on a device without training it; everything else as for {@link
   * #factory}.
   */
  ForwardDevice.Factory forward(int number, String precision, Map<String, String> settings);

  /**
   * The names of what can be set, as in the environment, e.g. {@code OWLORE_CUDA_GRAPHS}; none
   * unless the provider says otherwise.
   */
  default Set<String> settings() {
    return Set.of();
  }

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
