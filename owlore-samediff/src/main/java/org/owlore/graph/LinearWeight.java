package org.owlore.graph;

import lombok.NonNull;

/**
 * A matrix of a layer that multiplies an activation.
 *
 * @param name the SameDiff variable that holds the weight
 * @param input the SameDiff variable that the weight multiplies, {@code [tokens, in]}
 * @param orientation how the weight is stored
 */
public record LinearWeight(
    @NonNull String name, @NonNull String input, @NonNull Orientation orientation) {}
