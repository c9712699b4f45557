package org.owlore.cuda.galore;

import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.owlore.cuda.device.Device;
import org.owlore.cuda.device.GrowingMemory;
import org.owlore.cuda.device.HostMemory;
import org.owlore.cuda.device.Place;

/** The scalars of all variables of a step: one transfer, always to the same place. */
final class ScalarBuffer implements AutoCloseable {
  private final Device device;
  private final GrowingMemory memory;
  private HostMemory staging;

  ScalarBuffer(Device device) {
    this.device = device;
    this.memory = new GrowingMemory(device);
  }

  /** Sends the scalars of a step; those of the first variable come first. */
  void send(List<Scalars> scalars) {
    long bytes = (long) scalars.size() * Scalars.BYTES;
    memory.atLeast(bytes);
    if (staging == null || staging.bytes() < bytes) {
      closeStaging();
      staging = device.allocatePinned(bytes);
    }
    BytePointer host = new BytePointer(staging.pointer());
    for (int i = 0; i < scalars.size(); i++) {
      scalars.get(i).write(host, (long) i * Scalars.BYTES);
    }
    if (bytes > 0) {
      device.upload(staging.pointer(), memory.start(), bytes);
    }
  }

  /** Where the scalars of a variable are. */
  Place of(int position) {
    return memory.start().plus((long) position * Scalars.BYTES);
  }

  /** Bytes on the device. */
  long bytes() {
    return memory.bytes();
  }

  private void closeStaging() {
    if (staging != null) {
      staging.close();
      staging = null;
    }
  }

  @Override
  public void close() {
    memory.close();
    closeStaging();
  }
}
