package org.owlore.finetune;

import java.util.List;
import java.util.Set;
import lombok.NonNull;

/**
 * What a run did.
 *
 * @param steps how many steps were made
 * @param losses loss of each step
 * @param sampled layers that trained at least once
 * @param changed names of the weights that differ from what they were
 * @param peak the largest memory of any step
 */
public record FineTuneReport(
    long steps,
    @NonNull List<Double> losses,
    @NonNull Set<Integer> sampled,
    @NonNull Set<String> changed,
    @NonNull MemoryReport peak) {}
