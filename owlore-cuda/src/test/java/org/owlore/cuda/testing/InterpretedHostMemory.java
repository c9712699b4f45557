package org.owlore.cuda.testing;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.owlore.cuda.device.HostMemory;

/** Plain memory of the host in the place of pinned one. */
final class InterpretedHostMemory implements HostMemory {
  private final InterpretedDevice owner;
  private final long bytes;
  private BytePointer memory;

  InterpretedHostMemory(InterpretedDevice owner, long bytes) {
    this.owner = owner;
    this.bytes = bytes;
    this.memory = new BytePointer(Math.max(1, bytes));
    Pointer.memset(memory, 0xFF, bytes);
  }

  @Override
  public Pointer pointer() {
    if (memory == null) {
      throw new IllegalStateException("Pinned memory is used after it was closed.");
    }
    return memory;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public void close() {
    if (memory != null) {
      owner.synchronize();
      owner.releasedPinned(bytes);
      memory.close();
      memory = null;
    }
  }
}
