package org.owlore.graph;

import lombok.NonNull;
import lombok.With;

/**
 * A matrix of a layer that multiplies an activation.
 *
 * @param name the SameDiff variable that holds the weight
 * @param input the SameDiff variable that the weight multiplies, {@code [tokens, in]} or {@code
 *     [batch, sequence, in]}
 * @param orientation how the weight is stored
 */
@With
public record LinearWeight(
    @NonNull String name, @NonNull String input, @NonNull Orientation orientation) {}
