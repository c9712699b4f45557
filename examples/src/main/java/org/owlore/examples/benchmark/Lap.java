package org.owlore.examples.benchmark;

import lombok.NonNull;

/**
 * A step that was timed.
 *
 * @param turn the step
 * @param contender who made it
 * @param timing how long it took
 */
public record Lap(@NonNull Turn turn, @NonNull String contender, @NonNull Timing timing) {

  /**
   * Whether the lap stands for an ordinary step: warmed up, and with blocks that trained before.
   */
  public boolean ordinary() {
    return turn.measured() && !turn.drawn();
  }

  /** Whether the lap is the first one, warmed up, of blocks that have just been drawn. */
  public boolean firstAfterDraw() {
    return turn.measured() && turn.drawn();
  }
}
