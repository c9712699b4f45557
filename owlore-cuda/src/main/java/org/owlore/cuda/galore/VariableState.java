package org.owlore.cuda.galore;

import java.util.Arrays;
import lombok.Getter;
import org.owlore.cuda.device.Device;
import org.owlore.cuda.device.DeviceMemory;
import org.owlore.cuda.device.HostMemory;
import org.owlore.cuda.device.Place;
import org.owlore.galore.GaLoreUpdater;

/** The optimizer state of one variable: float32 moments and bases in one piece of memory. */
final class VariableState implements AutoCloseable {
  /** What matrix products like arrays to begin at, bytes. */
  private static final long ALIGNMENT = 16;

  private final Device device;
  private final long secondOffset;
  private final long leftOffset;
  private final long rightOffset;
  private final long bytes;
  private DeviceMemory memory;
  private HostMemory offloaded;

  /** Name and shape. */
  @Getter private final Variable variable;

  /** Number of the variable. */
  @Getter private final int number;

  /** The sizes of the projection, or null for plain AdamW. */
  @Getter private final LowRank sizes;

  /** Steps done. */
  @Getter private long steps;

  /** A state without memory. */
  VariableState(
      Device device, int number, Variable variable, GaLoreUpdater updater, boolean projected) {
    this.device = device;
    this.number = number;
    this.variable = variable;
    this.sizes = projected ? sizes(updater, variable.shape()) : null;
    Layout layout = new Layout(ALIGNMENT);
    layout.add(momentNumbers());
    secondOffset = layout.add(momentNumbers());
    leftOffset = layout.add(isProjected() ? sizes.leftNumbers() : 0);
    rightOffset = layout.add(isProjected() ? sizes.rightNumbers() : 0);
    bytes = layout.bytes();
  }

  private static LowRank sizes(GaLoreUpdater updater, long... shape) {
    return new LowRank(
        shape[0], shape[1], updater.getProjection().side(shape[0], shape[1]), updater.getRank());
  }

  /** Whether the gradient is projected. */
  boolean isProjected() {
    return sizes != null;
  }

  /** Numbers of the variable. */
  long numbers() {
    return Arrays.stream(variable.shape()).reduce(1, Math::multiplyExact);
  }

  /** Numbers of each moment. */
  long momentNumbers() {
    return isProjected() ? sizes.lowNumbers() : numbers();
  }

  /**
   * Makes sure that the state is on the device: zero moments at first, later what was offloaded.
   */
  void load() {
    if (memory != null) {
      return;
    }
    memory = device.allocate(bytes);
    if (offloaded == null) {
      device.clear(memory.start(), bytes);
    } else {
      device.upload(offloaded.pointer(), memory.start(), bytes);
      offloaded.close();
      offloaded = null;
    }
  }

  /** Moves the state to pinned memory of the host. */
  void offload() {
    if (memory == null) {
      return;
    }
    offloaded = device.allocatePinned(bytes);
    device.download(memory.start(), offloaded.pointer(), bytes).await();
    memory.close();
    memory = null;
  }

  /** Counts a step. */
  void countStep() {
    steps++;
  }

  /** M. */
  Place first() {
    return memory.start();
  }

  /** V. */
  Place second() {
    return memory.at(secondOffset);
  }

  /** The subspace of a projected variable. */
  Bases bases() {
    return Bases.at(memory.at(leftOffset), memory.at(rightOffset), sizes);
  }

  /** Bytes on the device. */
  long bytes() {
    return memory == null ? 0 : bytes;
  }

  /** Bytes of the host. */
  long offloadedBytes() {
    return offloaded == null ? 0 : bytes;
  }

  @Override
  public void close() {
    if (memory != null) {
      memory.close();
      memory = null;
    }
    if (offloaded != null) {
      offloaded.close();
      offloaded = null;
    }
  }
}
