package org.owlore.graph.layers;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A run of equal blocks in a list of segments: the longest chain of isomorphic subgraphs.
 *
 * @param start index of the first segment of the first block
 * @param period segments a block
 * @param count number of blocks, at least 2
 */
record RepeatedBlocks(int start, int period, int count) {

  /**
   * Finds the run that holds the most weights. Where several do: the shortest blocks, then blocks
   * that begin with a branch (attention behind a norm, not the norm before it), then the first.
   *
   * @return empty if nothing with weights repeats
   */
  static Optional<RepeatedBlocks> find(List<Segment> segments) {
    long[] weightsBefore = new long[segments.size() + 1];
    for (int i = 0; i < segments.size(); i++) {
      weightsBefore[i + 1] = weightsBefore[i] + segments.get(i).weights();
    }
    return candidates(segments).stream()
        .filter(run -> run.weights(weightsBefore) > 0)
        .max(
            Comparator.comparingLong((RepeatedBlocks run) -> run.weights(weightsBefore))
                .thenComparing(run -> -run.period)
                .thenComparing(run -> segments.get(run.start).isBranch())
                .thenComparing(run -> -run.start));
  }

  private static List<RepeatedBlocks> candidates(List<Segment> segments) {
    List<RepeatedBlocks> candidates = new ArrayList<>();
    for (int period = 1; 2 * period <= segments.size(); period++) {
      int equalUntil = segments.size() - period;
      int start = 0;
      while (start < equalUntil) {
        int end = start;
        while (end < equalUntil && same(segments, end, end + period)) {
          end++;
        }
        addPhases(candidates, start, period, end - start + period);
        start = end + 1;
      }
    }
    return candidates;
  }

  /** All blocks that fit in a stretch of segments, wherever the first one begins. */
  private static void addPhases(
      List<RepeatedBlocks> candidates, int start, int period, int length) {
    int count = length / period;
    for (int shift = 0; count > 1 && shift < period; shift++) {
      int fitting = (length - shift) / period;
      if (fitting > 1) {
        candidates.add(new RepeatedBlocks(start + shift, period, fitting));
      }
    }
  }

  private static boolean same(List<Segment> segments, int one, int other) {
    return segments.get(one).signature() == segments.get(other).signature();
  }

  private long weights(long[] weightsBefore) {
    return weightsBefore[start + count * period] - weightsBefore[start];
  }

  /** The block in which all of the positions lie, if there is one. */
  Optional<Integer> onlyBlock(List<Segment> segments, List<Integer> positions) {
    return IntStream.range(0, count)
        .filter(
            block -> {
              int after = segments.get(start + block * period).after();
              int until = segments.get(start + (block + 1) * period - 1).until();
              return positions.stream().allMatch(at -> at > after && at <= until);
            })
        .boxed()
        .findFirst();
  }
}
