package org.owlore.cuda.driver;

import java.util.OptionalLong;
import java.util.stream.Stream;
import lombok.NonNull;

/**
 * Pieces of pinned memory that uploads go through, in turn, so that the memory they come from may
 * change at once: one is filled while others are on their way.
 */
final class StagingRing implements AutoCloseable {
  private final CudaQueue queue;
  private final PinnedMemory memory;
  private final long pieceBytes;

  /** For each piece, the mark after the copy that it was last used for. */
  private final OptionalLong[] marks;

  private int next;

  /**
   * A ring.
   *
   * @param pieces how many
   * @param pieceBytes the size of each
   */
  StagingRing(@NonNull CudaQueue queue, int pieces, long pieceBytes) {
    this.queue = queue;
    this.pieceBytes = pieceBytes;
    this.marks = Stream.generate(OptionalLong::empty).limit(pieces).toArray(OptionalLong[]::new);
    this.memory = new PinnedMemory(queue, pieces * pieceBytes);
  }

  /** Copies from the host to the device, both by their addresses. */
  void upload(long source, long target, long bytes) {
    for (long done = 0; done < bytes; done += pieceBytes) {
      uploadPiece(source + done, target + done, Math.min(pieceBytes, bytes - done));
    }
  }

  private void uploadPiece(long source, long target, long bytes) {
    marks[next].ifPresent(queue::await);
    marks[next] = OptionalLong.empty();
    long piece = memory.address() + next * pieceBytes;
    HostPlace.copy(source, piece, bytes);
    Driver driver = queue.driver();
    driver.check(
        driver.api().cuMemcpyHtoDAsync_v2(target, piece, bytes, queue.enter()),
        "copy to the device");
    marks[next] = OptionalLong.of(queue.mark());
    next = (next + 1) % marks.length;
  }

  @Override
  public void close() {
    memory.close();
  }
}
