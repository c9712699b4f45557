package org.owlore.engine;

import java.util.List;
import java.util.Map;
import lombok.NonNull;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A graph compiled for one set of trained variables and one batch shape: plain data that any
 * backend can run.
 *
 * @param request what the plan computes
 * @param steps what to do, in order
 * @param values every array by name
 * @param constants values computed at compile time, by name; closed with the plan
 * @param offsets for each root in the workspace, its first element within the arena of its type
 * @param arenaLengths for each element type, the length of its arena in elements
 * @param memory what is alive when most is, by what it is for
 */
public record TrainingPlan(
    @NonNull PlanRequest request,
    @NonNull List<Step> steps,
    @NonNull Map<String, Value> values,
    @NonNull Map<String, INDArray> constants,
    @NonNull Map<String, Long> offsets,
    @NonNull Map<DataType, Long> arenaLengths,
    @NonNull PlanMemory memory)
    implements AutoCloseable {

  /** Copies the collections. */
  public TrainingPlan {
    steps = List.copyOf(steps);
    values = Map.copyOf(values);
    constants = Map.copyOf(constants);
    offsets = Map.copyOf(offsets);
    arenaLengths = Map.copyOf(arenaLengths);
  }

  /** Memory for activations, gradients and temporaries, in bytes. */
  public long workspaceBytes() {
    return arenaLengths.entrySet().stream().mapToLong(e -> e.getValue() * e.getKey().width()).sum();
  }

  @Override
  public void close() {
    constants.values().stream().filter(INDArray::closeable).forEach(INDArray::close);
  }
}
