package org.owlore.cuda.galore;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.cuda.device.Device;
import org.owlore.cuda.device.DeviceMemory;
import org.owlore.cuda.device.Place;
import org.owlore.galore.AutomaticSubspace;
import org.owlore.galore.ExactSubspace;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.galore.RandomizedSubspace;
import org.owlore.galore.SubspaceFinder;

/**
 * Searches on a device that do what a finder does on the host. Owns the Gaussian matrices, one for
 * each size, which go to the device when a variable of that size first trains.
 */
final class Searches implements SubspaceSearch.Factory {
  private final Device device;
  private final SubspaceFinder finder;
  private final SubspaceKernels kernels = new SubspaceKernels(new Kernels());
  private final Map<Sketch, DeviceMemory> sketches = new HashMap<>();

  /** The sizes of a Gaussian matrix. */
  private record Sketch(long rows, int columns) {}

  /**
   * Searches like those of an updater's finder.
   *
   * @throws IllegalArgumentException when the device has no search like it
   */
  Searches(Device device, GaLoreUpdater updater) {
    SubspaceFinder finder = updater.getSubspaceFinder();
    if (!(finder instanceof ExactSubspace
        || finder instanceof RandomizedSubspace
        || finder instanceof AutomaticSubspace)) {
      throw new IllegalArgumentException(
          "A device finds subspaces exactly, randomized or automatically, but the updater asks for %s: choose one of SubspaceFinder's."
              .formatted(finder.getClass().getSimpleName()));
    }
    this.device = device;
    this.finder = finder;
  }

  @Override
  public SubspaceSearch of(LowRank sizes) {
    LeadingDirections directions =
        randomized(sizes)
            .<LeadingDirections>map(
                settings -> new KrylovDirections(device, sizes, settings, sketch(sizes, settings)))
            .orElseGet(() -> new ExactDirections(sizes));
    return new ShorterSideSearch(device, sizes, directions, kernels);
  }

  private Optional<RandomizedSubspace> randomized(LowRank sizes) {
    if (finder instanceof AutomaticSubspace automatic) {
      return automatic.randomized(sizes.shorter(), sizes.rank());
    }
    return Optional.of(finder)
        .filter(RandomizedSubspace.class::isInstance)
        .map(RandomizedSubspace.class::cast)
        .filter(settings -> settings.searchedDimensions(sizes.rank()) < sizes.shorter());
  }

  private Place sketch(LowRank sizes, RandomizedSubspace settings) {
    Sketch sketch = new Sketch(sizes.longer(), settings.sketchWidth(sizes.rank()));
    return sketches.computeIfAbsent(sketch, key -> upload(key, settings)).start();
  }

  private DeviceMemory upload(Sketch sketch, RandomizedSubspace settings) {
    DeviceMemory memory = device.allocate(4 * sketch.rows * sketch.columns);
    try (INDArray gaussian = settings.gaussian(DataType.FLOAT, sketch.rows, sketch.columns)) {
      device.upload(gaussian.data().addressPointer(), memory.start(), memory.bytes());
    }
    return memory;
  }

  @Override
  public long bytes() {
    return sketches.values().stream().mapToLong(DeviceMemory::bytes).sum();
  }

  @Override
  public void close() {
    sketches.values().forEach(DeviceMemory::close);
    sketches.clear();
  }
}
