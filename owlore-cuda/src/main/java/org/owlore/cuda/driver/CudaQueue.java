package org.owlore.cuda.driver;

import com.sun.jna.ptr.LongByReference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import lombok.Getter;
import lombok.NonNull;
import lombok.experimental.Accessors;

/**
 * The queue in which everything that a device is asked waits its turn, and marks within it. Closing
 * releases the device.
 */
final class CudaQueue implements AutoCloseable {
  private static final int BESIDE_THE_DEFAULT_STREAM = 1;
  private static final int WITHOUT_TIMES = 2;

  /** The driver. */
  @Getter
  @Accessors(fluent = true)
  private final Driver driver;

  private final int device;
  private final long context;
  private final long stream;
  private final List<Long> events = new ArrayList<>();
  private final Deque<Long> idleEvents = new ArrayDeque<>();

  /** Marks that nobody waited for yet. */
  private final Set<Long> marks = new HashSet<>();

  private boolean closed;
  private boolean recording;

  /** A queue of a device, by its handle. */
  CudaQueue(@NonNull Driver driver, int device) {
    this.driver = driver;
    this.device = device;
    LongByReference handle = new LongByReference();
    driver.check(driver.api().cuDevicePrimaryCtxRetain(handle, device), "open the device");
    context = handle.getValue();
    driver.check(driver.api().cuCtxSetCurrent(context), "turn to the device");
    driver.check(driver.api().cuStreamCreate(handle, BESIDE_THE_DEFAULT_STREAM), "make a stream");
    stream = handle.getValue();
  }

  /**
   * Makes this device the one that the calling thread's requests go to; returns the stream. Done
   * before each request: another device may have been turned to, and memory would be taken there.
   *
   * @throws IllegalStateException when the device was closed
   */
  long enter() {
    if (closed) {
      throw new IllegalStateException("The CUDA device is used after it was closed.");
    }
    driver.check(driver.api().cuCtxSetCurrent(context), "turn to the device");
    return stream;
  }

  /** Runs work whose requests are noted instead of done: nothing may wait for them. */
  void whileRecording(@NonNull Runnable work) {
    requireNotRecording("record");
    recording = true;
    try {
      work.run();
    } finally {
      recording = false;
    }
  }

  /**
   * Refuses what cannot be noted.
   *
   * @param task what it is, after "cannot"
   * @throws IllegalStateException while requests are noted
   */
  void requireNotRecording(String task) {
    if (recording) {
      throw new IllegalStateException(
          "A device cannot %s while it records: record kernels, products, copies within the device and clearing only."
              .formatted(task));
    }
  }

  /** Waits until all that was asked is done. */
  void synchronize() {
    requireNotRecording("finish its work");
    driver.check(driver.api().cuStreamSynchronize(enter()), "finish");
    idleEvents.addAll(marks);
    marks.clear();
  }

  /** A mark after all that was asked so far, for {@link #await}. */
  long mark() {
    requireNotRecording("copy from or to the host");
    long queue = enter();
    long event = idleEvents.isEmpty() ? newEvent() : idleEvents.pop();
    driver.check(driver.api().cuEventRecord(event, queue), "mark what was asked");
    marks.add(event);
    return event;
  }

  /**
   * Waits until all before a mark is done. A mark that was waited for, or made before the queue was
   * last {@link #synchronize synchronized}, is used again for another place, which may then be
   * waited for instead: that is later, and so right, too.
   */
  void await(long mark) {
    requireNotRecording("finish its work");
    if (marks.contains(mark)) {
      enter();
      driver.check(driver.api().cuEventSynchronize(mark), "finish");
      marks.remove(mark);
      idleEvents.push(mark);
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    enter();
    closed = true;
    events.forEach(event -> driver.api().cuEventDestroy_v2(event));
    driver.api().cuStreamDestroy_v2(stream);
    driver.api().cuDevicePrimaryCtxRelease_v2(device);
  }

  private long newEvent() {
    LongByReference event = new LongByReference();
    driver.check(driver.api().cuEventCreate(event, WITHOUT_TIMES), "make a mark");
    events.add(event.getValue());
    return event.getValue();
  }
}
