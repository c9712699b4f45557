package org.owlore.cuda.driver;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import lombok.NonNull;
import org.owlore.cuda.device.Attention;
import org.owlore.cuda.kernel.Kernel;
import org.owlore.cuda.source.AttentionShape;
import org.owlore.cuda.source.CudaSource;
import org.owlore.cuda.source.LaunchShape;

/** Kernels and attentions as machine code on a device, compiled when they are first run. */
final class LoadedKernels implements AutoCloseable {
  /** Forgotten and found again by their content beyond this, so that old plans can be let go. */
  private static final int MOST_BY_IDENTITY = 10_000;

  private final CudaQueue queue;
  private final Code code;
  private final Map<Object, Loaded> byIdentity = new IdentityHashMap<>();
  private final Map<Object, Loaded> byContent = new HashMap<>();
  private final List<Long> modules = new ArrayList<>();
  private Arguments arguments = new Arguments(32);

  /** Makes machine code. */
  @FunctionalInterface
  interface Code {
    /** The code of a source for the device at hand. */
    byte[] of(CudaSource source);
  }

  private record Loaded(String name, long function, LaunchShape shape) {}

  /** The kernels of a device. */
  LoadedKernels(@NonNull CudaQueue queue, @NonNull Code code) {
    this.queue = queue;
    this.code = code;
  }

  /**
   * Runs a kernel.
   *
   * @param addresses where each of its parameters begins
   */
  void launch(@NonNull Kernel kernel, @NonNull long... addresses) {
    launch(loaded(kernel, this::load), addresses);
  }

  /**
   * Runs a pass over an attention.
   *
   * @param addresses where each of its arrays begins
   */
  void attend(@NonNull Attention attention, @NonNull long... addresses) {
    launch(loaded(attention, this::load), addresses);
  }

  private void launch(Loaded loaded, long... addresses) {
    long stream = queue.enter();
    if (loaded.shape.blocks() == 0) {
      return;
    }
    if (addresses.length > arguments.capacity) {
      arguments.close();
      arguments = new Arguments(addresses.length);
    }
    Driver driver = queue.driver();
    int result =
        driver
            .api()
            .cuLaunchKernel(
                loaded.function,
                loaded.shape.blocks(),
                1,
                1,
                loaded.shape.threads(),
                1,
                1,
                0,
                stream,
                arguments.of(addresses),
                null);
    if (result != 0) {
      driver.check(result, "run " + loaded.name);
    }
  }

  private <W> Loaded loaded(W work, Function<W, Loaded> load) {
    Loaded known = byIdentity.get(work);
    if (known == null) {
      known = byContent.get(work);
      if (known == null) {
        known = load.apply(work);
        byContent.put(work, known);
      }
      if (byIdentity.size() >= MOST_BY_IDENTITY) {
        byIdentity.clear();
      }
      byIdentity.put(work, known);
    }
    return known;
  }

  private Loaded load(Kernel kernel) {
    return load("kernel " + kernel.name(), CudaSource.of(kernel), LaunchShape.of(kernel));
  }

  private Loaded load(Attention attention) {
    String name = "pass " + attention.pass() + " of an attention";
    return load(name, CudaSource.of(attention), AttentionShape.of(attention).launch());
  }

  private Loaded load(String name, CudaSource source, LaunchShape shape) {
    queue.enter();
    Driver driver = queue.driver();
    LongByReference handle = new LongByReference();
    driver.check(driver.api().cuModuleLoadData(handle, code.of(source)), "load " + name);
    long module = handle.getValue();
    modules.add(module);
    driver.check(
        driver.api().cuModuleGetFunction(handle, module, source.function()), "find " + name);
    return new Loaded(name, handle.getValue(), shape);
  }

  @Override
  public void close() {
    queue.enter();
    modules.forEach(module -> queue.driver().api().cuModuleUnload(module));
    arguments.close();
  }

  /** Pointers to numbers, as the driver wants its arguments: it copies them when asked. */
  private static final class Arguments implements AutoCloseable {
    private final int capacity;
    private final Memory pointers;
    private final Memory values;

    Arguments(int capacity) {
      this.capacity = capacity;
      pointers = new Memory((long) capacity * Native.POINTER_SIZE);
      values = new Memory((long) capacity * Long.BYTES);
      for (int i = 0; i < capacity; i++) {
        pointers.setPointer((long) i * Native.POINTER_SIZE, values.share((long) i * Long.BYTES));
      }
    }

    Pointer of(long... addresses) {
      values.write(0, addresses, 0, addresses.length);
      return pointers;
    }

    @Override
    public void close() {
      pointers.close();
      values.close();
    }
  }
}
