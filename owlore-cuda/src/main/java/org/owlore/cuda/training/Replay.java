package org.owlore.cuda.training;

import lombok.RequiredArgsConstructor;
import org.owlore.cuda.device.Device;
import org.owlore.cuda.execution.ProgramExecutor;

/**
 * Has the device repeat a step by itself: what is asked for a second time, with everything at its
 * place, is noted there, and from the third time on it is one request.
 */
@RequiredArgsConstructor
final class Replay {
  private final Device device;
  private final boolean enabled;
  private ProgramExecutor last;
  private boolean due;
  private Device.Recording recording;

  /**
   * Repeats a step, if it was noted.
   *
   * @param unchanged whether the step asks for what the last one of this program asked for
   * @return whether it was repeated
   */
  boolean repeats(ProgramExecutor executor, boolean unchanged) {
    if (!enabled || !unchanged || executor != last) {
      forget();
      last = executor;
      return false;
    }
    if (recording == null) {
      due = true;
      return false;
    }
    recording.run();
    return true;
  }

  /** Whether the step at hand is to be noted. */
  boolean isDue() {
    return due;
  }

  /** Notes a step, and has it done. */
  void note(Runnable step) {
    due = false;
    recording = device.record(step);
    recording.run();
  }

  /** Forgets what was noted: memory has moved, or other weights train. */
  void forget() {
    due = false;
    last = null;
    if (recording != null) {
      recording.close();
      recording = null;
    }
  }
}
