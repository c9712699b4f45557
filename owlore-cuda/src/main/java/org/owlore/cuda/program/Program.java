package org.owlore.cuda.program;

import java.util.List;
import java.util.Map;
import lombok.NonNull;
import org.owlore.engine.TrainingPlan;

/**
 * A training plan as a device runs it.
 *
 * @param plan what it computes
 * @param instructions what to do, in order
 * @param arrays every array in memory, by name
 * @param aliases for a name of the plan that is a view, the array whose memory it is
 * @param arenaBytes size of the arena
 */
public record Program(
    @NonNull TrainingPlan plan,
    @NonNull List<Instruction> instructions,
    @NonNull Map<String, DeviceArray> arrays,
    @NonNull Map<String, String> aliases,
    long arenaBytes) {

  /** Copies the collections. */
  public Program {
    instructions = List.copyOf(instructions);
    arrays = Map.copyOf(arrays);
    aliases = Map.copyOf(aliases);
  }

  /** Whether it has attentions that are computed in one go. */
  public boolean attends() {
    return instructions.stream().anyMatch(Instruction.Attend.class::isInstance);
  }

  /**
   * The array that holds what the plan calls by a name.
   *
   * @throws IllegalArgumentException when it is not in memory
   */
  public DeviceArray array(@NonNull String name) {
    DeviceArray array = arrays.get(aliases.getOrDefault(name, name));
    if (array == null) {
      throw new IllegalArgumentException("The program keeps no array \"" + name + "\".");
    }
    return array;
  }
}
