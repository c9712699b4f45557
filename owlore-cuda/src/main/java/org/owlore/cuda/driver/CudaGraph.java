package org.owlore.cuda.driver;

import com.sun.jna.ptr.LongByReference;
import lombok.NonNull;
import org.owlore.cuda.device.Device;

/** A CUDA graph: requests that a device is asked together, at the cost of one. */
final class CudaGraph implements Device.Recording {
  /** Kernels may be compiled and loaded meanwhile. */
  private static final int RELAXED = 2;

  private final CudaQueue queue;
  private final long executable;
  private boolean closed;

  /** Notes what some work asks of a queue. */
  CudaGraph(@NonNull CudaQueue queue, @NonNull Runnable work) {
    this.queue = queue;
    Driver driver = queue.driver();
    long graph = captured(queue, work);
    LongByReference handle = new LongByReference();
    try {
      driver.check(
          driver.api().cuGraphInstantiateWithFlags(handle, graph, 0), "prepare a recording");
    } finally {
      driver.api().cuGraphDestroy(graph);
    }
    executable = handle.getValue();
  }

  private static long captured(CudaQueue queue, Runnable work) {
    DriverApi api = queue.driver().api();
    LongByReference graph = new LongByReference();
    queue.driver().check(api.cuStreamBeginCapture_v2(queue.enter(), RELAXED), "record");
    try {
      queue.whileRecording(work);
    } catch (RuntimeException e) {
      api.cuStreamEndCapture(queue.enter(), graph);
      api.cuGraphDestroy(graph.getValue());
      throw e;
    }
    queue.driver().check(api.cuStreamEndCapture(queue.enter(), graph), "record");
    return graph.getValue();
  }

  @Override
  public void run() {
    if (closed) {
      throw new IllegalStateException("A recording is run after it was closed.");
    }
    Driver driver = queue.driver();
    driver.check(driver.api().cuGraphLaunch(executable, queue.enter()), "run a recording");
  }

  /** Waits for what was asked before, since that may be it. */
  @Override
  public void close() {
    if (!closed) {
      queue.synchronize();
      queue.driver().api().cuGraphExecDestroy(executable);
    }
    closed = true;
  }
}
