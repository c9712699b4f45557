package org.owlore.examples.benchmark;

/**
 * What a step of ours costs in a long run, in milliseconds, where subspaces are found anew every
 * {@link #REFRESH} steps and blocks drawn every {@link #DRAW}.
 *
 * @param step the median of ordinary steps
 * @param update the optimizer's share of it
 * @param outside the share outside the plan
 * @param refresh what the optimizer takes longer for right after a draw, when all active blocks
 *     search their subspaces; 0 where nothing was measured
 * @param compile what is done longer outside the plan right after a draw; 0 where nothing was
 *     measured
 */
public record OwnStep(double step, double update, double outside, double refresh, double compile) {
  /** Steps between two searches for a subspace. */
  public static final int REFRESH = 200;

  /** Steps between two draws. */
  public static final int DRAW = 50;

  /** The mean step, with its share of searching and compiling. */
  public double amortized() {
    return step + refresh / REFRESH + compile / DRAW;
  }

  /** How much of a mean step the optimizer takes, from 0 to 1. */
  public double updateShare() {
    return (update + refresh / REFRESH) / amortized();
  }

  /** How much of a mean step is spent outside the plan, from 0 to 1. */
  public double outsideShare() {
    return (outside + compile / DRAW) / amortized();
  }
}
