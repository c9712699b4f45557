package org.owlore.examples.benchmark;

import java.util.List;
import lombok.NonNull;
import org.owlore.finetune.Method;

/**
 * One step that everybody is to make in the same way.
 *
 * @param round number of the round, from 0, warm-up included
 * @param method which weights train and how
 * @param blocks the blocks that train
 * @param measured whether the round counts; otherwise it is there to warm up
 * @param drawn whether these blocks have just been drawn, so that plans are compiled and subspaces
 *     found
 */
public record Turn(
    int round,
    @NonNull Method method,
    @NonNull List<Integer> blocks,
    boolean measured,
    boolean drawn) {}
