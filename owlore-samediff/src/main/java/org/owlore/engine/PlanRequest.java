package org.owlore.engine;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import lombok.Builder;
import lombok.NonNull;
import lombok.Singular;

/**
 * What a plan is to compute; equal requests have equal plans.
 *
 * @param outputs arrays to be read after a run, e.g. the loss
 * @param trained variables whose gradients are wanted; empty for a forward pass
 * @param visited arrays to be shown to an observer during the run
 * @param checkpoints arrays of the forward pass between which nothing is kept for the backward
 *     pass: what it needs is computed again, from one checkpoint to the next; empty to keep
 *     everything
 * @param placeholders type of each placeholder
 */
@Builder
public record PlanRequest(
    @NonNull @Singular List<String> outputs,
    @NonNull @Singular("train") Set<String> trained,
    @NonNull @Singular("visit") Set<String> visited,
    @NonNull @Singular("checkpoint") Set<String> checkpoints,
    @NonNull Map<String, ArrayType> placeholders) {

  /** Copies the collections. */
  public PlanRequest {
    outputs = List.copyOf(outputs);
    trained = Set.copyOf(trained);
    visited = Set.copyOf(visited);
    checkpoints = Set.copyOf(checkpoints);
    placeholders = Map.copyOf(new TreeMap<>(placeholders));
  }
}
