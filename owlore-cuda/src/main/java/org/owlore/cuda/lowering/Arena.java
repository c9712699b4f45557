package org.owlore.cuda.lowering;

import static org.owlore.cuda.device.GrowingMemory.ALIGNMENT;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lombok.Getter;
import org.owlore.cuda.kernel.Index;
import org.owlore.cuda.kernel.Kernel;
import org.owlore.cuda.kernel.Term;
import org.owlore.cuda.program.DeviceArray;
import org.owlore.cuda.program.DeviceArray.Home;
import org.owlore.cuda.program.Instruction;
import org.owlore.engine.Packing;

/**
 * Gives every array that a program makes a place in one piece of memory. A kernel writes over an
 * array that it reads for the last time, where each point reads just the element that it writes.
 */
final class Arena {
  private final Map<String, DeviceArray> arrays;
  private final Map<String, Integer> first = new HashMap<>();
  private final Map<String, Integer> last = new HashMap<>();
  private final Map<String, String> homes = new LinkedHashMap<>();

  /** What is left to do: copies onto the same place are not. */
  @Getter private final List<Instruction> instructions;

  /** Every array with its place. */
  @Getter private final Map<String, DeviceArray> placed = new HashMap<>();

  /** Size of the arena. */
  @Getter private final long bytes;

  /**
   * Lays out a program.
   *
   * @param all every array of the program
   * @param outputs arrays that are read after a run
   */
  Arena(List<Instruction> all, Map<String, DeviceArray> arrays, List<String> outputs) {
    this.arrays = arrays;
    findLifetimes(all, outputs);
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i) instanceof Instruction.Launch launch) {
        overwrite(i, launch);
      }
    }
    Packing packing = new Packing(pieces());
    this.bytes = packing.length();
    arrays.forEach((name, array) -> placed.put(name, placed(array, packing)));
    this.instructions = all.stream().filter(instruction -> !isIdle(instruction)).toList();
  }

  private void findLifetimes(List<Instruction> all, List<String> outputs) {
    arrays.forEach(
        (name, array) -> {
          if (array.home() == Home.PLACEHOLDER) {
            first.put(name, 0);
            last.put(name, 0);
          }
        });
    for (int i = 0; i < all.size(); i++) {
      int position = i;
      all.get(i)
          .writes()
          .forEach(
              name -> {
                first.putIfAbsent(name, position);
                last.put(name, position);
              });
      all.get(i).reads().forEach(name -> last.put(name, position));
    }
    outputs.forEach(name -> last.put(name, all.size()));
  }

  private boolean isInArena(String name) {
    Home home = arrays.get(name).home();
    return home == Home.ARENA || home == Home.PLACEHOLDER;
  }

  private String home(String name) {
    return homes.getOrDefault(name, name);
  }

  private void overwrite(int position, Instruction.Launch launch) {
    List<String> written = launch.writes();
    if (written.size() != 1 || first.getOrDefault(written.get(0), -1) != position) {
      return;
    }
    String output = written.get(0);
    launch.reads().stream()
        .filter(this::isInArena)
        .filter(input -> last.get(home(input)) == position)
        .filter(input -> arrays.get(input).bytes() == arrays.get(output).bytes())
        .filter(input -> readsOnlyWhatItWrites(launch, input, output))
        .findFirst()
        .ifPresent(input -> share(input, output));
  }

  private void share(String input, String output) {
    String home = home(input);
    homes.put(output, home);
    last.put(home, last.get(output));
  }

  private static boolean readsOnlyWhatItWrites(
      Instruction.Launch launch, String input, String output) {
    Kernel kernel = launch.kernel();
    int reading = launch.arrays().indexOf(input);
    int writing = launch.arrays().indexOf(output);
    boolean sameWidth =
        kernel.parameters().get(reading).type().getWidth()
            == kernel.parameters().get(writing).type().getWidth();
    if (!sameWidth || kernel.stores().size() != 1 || kernel.stores().get(0).adds()) {
      return false;
    }
    Index element = kernel.stores().get(0).index();
    return kernel.terms().stream()
        .filter(Term.Load.class::isInstance)
        .map(Term.Load.class::cast)
        .filter(load -> load.parameter() == reading)
        .allMatch(load -> load.row() == Term.NONE && load.index().equals(element));
  }

  private List<Packing.Piece> pieces() {
    List<Packing.Piece> pieces = new ArrayList<>();
    Set<String> shared = new HashSet<>(homes.keySet());
    first.forEach(
        (name, start) -> {
          if (isInArena(name) && !shared.contains(name)) {
            long size = Math.max(1, arrays.get(name).bytes());
            long aligned = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
            pieces.add(new Packing.Piece(name, aligned, start, last.get(name)));
          }
        });
    return pieces;
  }

  private DeviceArray placed(DeviceArray array, Packing packing) {
    long offset =
        isInArena(array.name())
            ? packing.offsets().getOrDefault(home(array.name()), 0L)
            : array.offset();
    return new DeviceArray(array.name(), array.type(), array.length(), array.home(), offset);
  }

  /** Whether a kernel copies an array onto itself. */
  private boolean isIdle(Instruction instruction) {
    if (!(instruction instanceof Instruction.Launch launch)) {
      return false;
    }
    Kernel kernel = launch.kernel();
    return kernel.terms().size() == 1
        && kernel.terms().get(0) instanceof Term.Load
        && launch.arrays().size() == 2
        && homes.containsKey(launch.arrays().get(0))
        && home(launch.arrays().get(0)).equals(home(launch.arrays().get(1)))
        && kernel.parameters().get(0).type() == kernel.parameters().get(1).type();
  }
}
