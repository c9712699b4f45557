package org.owlore.examples.benchmark;

import java.util.OptionalLong;
import lombok.NonNull;
import org.owlore.finetune.MemoryReport;

/**
 * What was held after a step, in bytes.
 *
 * @param step number of steps made
 * @param stated what the run says it holds
 * @param arrays what ND4J counts as allocated for arrays, all of which lie off the heap
 * @param heap what the Java machine has set aside for its heap
 * @param resident what the process occupies, where the system tells
 */
public record MemorySample(
    long step,
    @NonNull MemoryReport stated,
    long arrays,
    long heap,
    @NonNull OptionalLong resident) {}
