package org.owlore.cuda.testing;

import java.util.List;
import org.owlore.cuda.device.Attention;
import org.owlore.cuda.kernel.Kernel;

/** Runs kernels and attentions on the content of device memory. */
public interface Runner {
  /**
   * Runs a kernel.
   *
   * @param memories what the memory of each argument holds; the same array for the same memory
   * @param offsets the first byte of each argument
   */
  void run(Kernel kernel, List<byte[]> memories, List<Long> offsets);

  /** Runs a pass over an attention; the rest as for a kernel. */
  void attend(Attention attention, List<byte[]> memories, List<Long> offsets);
}
