package org.owlore.cuda.galore;

import org.owlore.cuda.device.Device;
import org.owlore.cuda.device.Place;
import org.owlore.cuda.kernel.Kernel;
import org.owlore.cuda.kernel.NumberType;

/** A step of plain AdamW: a check and one kernel. */
final class PlainUpdate implements VariableUpdate {
  private final Device device;
  private final VariableState state;
  private final UpdateKernels kernels;
  private final Kernel check;

  PlainUpdate(Device device, VariableState state, UpdateKernels kernels) {
    this.device = device;
    this.state = state;
    this.kernels = kernels;
    this.check = kernels.check(state.numbers());
  }

  @Override
  public long scratchBytes(boolean refreshes) {
    return 0;
  }

  @Override
  public void run(
      Place weight, NumberType type, Place gradient, StepPlaces places, boolean refreshes) {
    device.launch(check, places.ofCheck(gradient));
    Kernel step = kernels.plain(state.numbers(), type);
    device.launch(step, places.ofWeight(type, weight, gradient, state.first(), state.second()));
  }
}
