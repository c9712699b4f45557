package org.owlore.cuda.galore;

import java.util.List;
import org.owlore.cuda.device.Device;
import org.owlore.cuda.device.GrowingMemory;
import org.owlore.cuda.device.Place;
import org.owlore.cuda.kernel.Kernel;
import org.owlore.cuda.kernel.NumberType;

/**
 * A step of GaLore: the gradient is projected, the moments move in the subspace, the update goes
 * back through the gradient's memory into the weight. Now and then a new subspace comes first.
 */
final class ProjectedUpdate implements VariableUpdate {
  private final Device device;
  private final VariableState state;
  private final LowRank sizes;
  private final UpdateKernels kernels;
  private final Refresh refresh;
  private final Kernel check;
  private final Kernel moments;
  private final long lowRankOffset;
  private final long halfOffset;
  private final long bytes;

  ProjectedUpdate(Device device, VariableState state, UpdateKernels kernels, Refresh refresh) {
    this.device = device;
    this.state = state;
    this.sizes = state.getSizes();
    this.kernels = kernels;
    this.refresh = refresh;
    this.check = kernels.check(sizes.lowNumbers());
    this.moments = kernels.moments(sizes.lowNumbers());
    Layout layout = new Layout(GrowingMemory.ALIGNMENT);
    lowRankOffset = layout.add(sizes.lowNumbers());
    halfOffset = layout.add(sizes.halfNumbers());
    bytes = layout.bytes();
  }

  @Override
  public long scratchBytes(boolean refreshes) {
    return refreshes ? Math.max(bytes, refresh.scratchBytes()) : bytes;
  }

  @Override
  public void run(
      Place weight, NumberType type, Place gradient, StepPlaces places, boolean refreshes) {
    Matrix full = Matrix.at(gradient, sizes.rows(), sizes.columns());
    if (refreshes) {
      refresh.run(full, state, places);
    }
    Place lowRank = places.scratch().plus(lowRankOffset);
    Place half = places.scratch().plus(halfOffset);
    Bases bases = state.bases();
    bases.project(full, device, half, lowRank);
    device.launch(check, places.ofCheck(lowRank));
    device.launch(moments, List.of(lowRank, state.first(), state.second(), places.status()));
    Matrix normalized = Matrix.at(lowRank, sizes.lowRows(), sizes.lowColumns());
    bases.projectBack(normalized, device, half, gradient);
    Kernel move = kernels.move(sizes.numbers(), type);
    device.launch(move, places.ofWeight(type, weight, gradient));
  }
}
