package org.owlore.examples.benchmark.device;

import java.util.function.Consumer;
import lombok.NonNull;

/** One question to a device. */
public interface Part {

  /**
   * Measures.
   *
   * @param findings hears of each number as soon as it is there
   */
  void run(@NonNull Consumer<Finding> findings);
}
