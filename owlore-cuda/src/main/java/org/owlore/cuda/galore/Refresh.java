package org.owlore.cuda.galore;

import java.util.List;
import org.owlore.cuda.device.Device;
import org.owlore.cuda.device.GrowingMemory;
import org.owlore.cuda.device.Place;
import org.owlore.galore.MomentsAtRefresh;

/** Finds a new subspace for a variable and brings its moments there; nothing waits for the host. */
final class Refresh {
  private final Device device;
  private final LowRank sizes;
  private final SubspaceSearch search;
  private final UpdateKernels updateKernels;
  private final SubspaceKernels kernels;
  private final MomentsAtRefresh momentsAtRefresh;
  private final MomentRotation rotation;
  private final long magnitudesOffset;
  private final long magnitudeOffset;
  private final long leftOffset;
  private final long rightOffset;
  private final long workOffset;
  private final long bytes;

  Refresh(Device device, LowRank sizes, SubspaceSearch search, UpdateKernels updateKernels) {
    this.device = device;
    this.sizes = sizes;
    this.search = search;
    this.updateKernels = updateKernels;
    this.kernels = new SubspaceKernels(updateKernels.kernels());
    this.momentsAtRefresh = updateKernels.updater().getMomentsAtRefresh();
    this.rotation = new MomentRotation(device, sizes, updateKernels.kernels());
    Layout layout = new Layout(GrowingMemory.ALIGNMENT);
    magnitudesOffset = layout.add(sizes.rows());
    magnitudeOffset = layout.add(1);
    leftOffset = layout.add(sizes.leftNumbers());
    rightOffset = layout.add(sizes.rightNumbers());
    workOffset = layout.add(0);
    bytes = workOffset + Math.max(search.scratchBytes(), rotation.scratchBytes());
  }

  /** Bytes that it works in. */
  long scratchBytes() {
    return bytes;
  }

  /**
   * Asks the device for a new subspace.
   *
   * @param gradient the same afterwards if it is finite
   */
  void run(Matrix gradient, VariableState state, StepPlaces places) {
    Place work = places.scratch().plus(workOffset);
    Place magnitude = places.scratch().plus(magnitudeOffset);
    Bases found =
        Bases.at(places.scratch().plus(leftOffset), places.scratch().plus(rightOffset), sizes);
    boolean isFirst = state.getSteps() == 0;
    device.launch(updateKernels.check(sizes.numbers()), places.ofCheck(gradient.place()));
    scale(gradient, places.scratch().plus(magnitudesOffset), magnitude);
    search.find(gradient, isFirst ? null : state.bases(), found, work);
    device.launch(kernels.unscale(sizes.numbers()), List.of(gradient.place(), magnitude));
    if (!isFirst) {
      carryOver(state, found, work, places);
    }
    keep(found.left(), state.bases().left(), places);
    keep(found.right(), state.bases().right(), places);
  }

  private void scale(Matrix gradient, Place magnitudes, Place magnitude) {
    device.launch(
        kernels.magnitudes(gradient.rows(), gradient.columns()),
        List.of(gradient.place(), magnitudes));
    device.launch(kernels.magnitudes(1, gradient.rows()), List.of(magnitudes, magnitude));
    device.launch(kernels.scale(sizes.numbers()), List.of(gradient.place(), magnitude));
  }

  private void carryOver(VariableState state, Bases found, Place work, StepPlaces places) {
    switch (momentsAtRefresh) {
      case RESET -> {
        reset(state.first(), places);
        reset(state.second(), places);
      }
      case REPROJECT -> rotation.run(state, found, work, places.status(), places.scalars());
      default -> {} // KEEP
    }
  }

  private void reset(Place moment, StepPlaces places) {
    device.launch(kernels.reset(sizes.lowNumbers()), List.of(moment, places.status()));
  }

  private void keep(Matrix found, Matrix kept, StepPlaces places) {
    if (found != null) {
      device.launch(
          kernels.keep(found.numbers()), List.of(kept.place(), found.place(), places.status()));
    }
  }
}
