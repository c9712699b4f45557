package org.owlore.cuda.device;

import org.bytedeco.javacpp.Pointer;

/** Memory of the host that a device copies from and to at full speed. Closing releases it. */
public interface HostMemory extends AutoCloseable {

  /** Its beginning; valid until closed. */
  Pointer pointer();

  /** Its size. */
  long bytes();

  @Override
  void close();
}
