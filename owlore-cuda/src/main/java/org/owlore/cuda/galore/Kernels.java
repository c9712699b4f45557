package org.owlore.cuda.galore;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.owlore.cuda.kernel.Kernel;
import org.owlore.cuda.kernel.KernelBuilder;

/**
 * Kernels that are made once, however many variables have the same sizes: a device finds the code
 * of the same kernel faster than that of an equal one.
 */
final class Kernels {
  private final Map<Key, Kernel> made = new HashMap<>();

  /** What tells one kernel from another. */
  private record Key(String name, List<Long> rows, List<Long> columns) {}

  /**
   * A kernel.
   *
   * @param name tells its purpose and everything that decides its body
   * @param rows lengths of the dimensions of its rows
   * @param columns lengths of the dimensions of its columns; empty when nothing is reduced
   * @param body what it computes
   */
  Kernel once(String name, List<Long> rows, List<Long> columns, Consumer<KernelBuilder> body) {
    return made.computeIfAbsent(
        new Key(name, rows, columns),
        key -> {
          KernelBuilder kernel = new KernelBuilder("galore_" + name, rows, columns);
          body.accept(kernel);
          return kernel.build();
        });
  }

  /** A kernel that treats one number like the other. */
  Kernel once(String name, long numbers, Consumer<KernelBuilder> body) {
    return once(name, List.of(numbers), List.of(), body);
  }
}
