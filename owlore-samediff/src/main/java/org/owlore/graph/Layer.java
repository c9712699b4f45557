package org.owlore.graph;

import java.util.List;
import java.util.stream.Stream;
import lombok.Builder;
import lombok.NonNull;

/**
 * One transformer block: the unit that is scored, sampled and frozen.
 *
 * @param index position in the model, from 0
 * @param linears the block's matrices, in execution order
 * @param others the block's remaining trainable variables (norm weights, biases)
 * @param input the residual stream that enters the block, {@code [tokens, hidden]} or {@code
 *     [batch, sequence, hidden]}
 * @param output the residual stream that leaves the block, of the same shape
 */
@Builder(toBuilder = true)
public record Layer(
    int index,
    @NonNull List<LinearWeight> linears,
    @NonNull List<String> others,
    @NonNull String input,
    @NonNull String output) {

  /** Copies the lists, so that a layer never changes. */
  public Layer {
    linears = List.copyOf(linears);
    others = List.copyOf(others);
  }

  /** The names of all trainable variables of the block: linear weights first. */
  public List<String> variables() {
    return Stream.concat(linears.stream().map(LinearWeight::name), others.stream()).toList();
  }
}
