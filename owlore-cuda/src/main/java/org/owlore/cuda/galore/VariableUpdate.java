package org.owlore.cuda.galore;

import org.owlore.cuda.device.Place;
import org.owlore.cuda.kernel.NumberType;

/** What is asked of the device to update one variable. */
interface VariableUpdate {

  /**
   * Bytes that an update works in.
   *
   * @param refreshes whether it finds a new subspace
   */
  long scratchBytes(boolean refreshes);

  /**
   * Asks the device for an update.
   *
   * @param weight of a type
   * @param gradient float32; overwritten or not
   * @param refreshes whether it finds a new subspace
   */
  void run(Place weight, NumberType type, Place gradient, StepPlaces places, boolean refreshes);
}
