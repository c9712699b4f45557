package org.owlore.cuda.execution;

import org.owlore.cuda.device.Place;

/** What a program hands out while it is asked of a device: places, whose content comes later. */
public interface ProgramObserver {

  /**
   * The gradient of a trained variable; nothing reads weight or gradient afterwards.
   *
   * @param variable name of the weight
   * @param gradient where it is, float32; may be overwritten
   */
  void gradient(String variable, Place gradient);

  /**
   * An array that was asked to be shown.
   *
   * @param name the array
   * @param place where it is; must not be changed
   */
  void visit(String name, Place place);
}
