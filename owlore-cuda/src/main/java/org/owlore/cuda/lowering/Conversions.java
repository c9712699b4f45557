package org.owlore.cuda.lowering;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import lombok.Getter;
import lombok.RequiredArgsConstructor;
import org.owlore.cuda.kernel.KernelBuilder;
import org.owlore.cuda.kernel.NumberType;
import org.owlore.cuda.program.DeviceArray;
import org.owlore.cuda.program.Instruction;

/** Arrays as other types than they are stored in, for instructions that want them so. */
@RequiredArgsConstructor
final class Conversions {
  private final PlanArrays arrays;
  private final Storage storage;
  private final List<Instruction> instructions;

  /** The arrays beside those of the plan. */
  @Getter private final Map<String, DeviceArray> scratch = new HashMap<>();

  /**
   * The type that all of some arrays are read as: bfloat16 if one is, as its range is float32's.
   */
  NumberType common(List<String> names) {
    List<NumberType> types = names.stream().map(storage::type).distinct().toList();
    if (types.size() == 1) {
      return types.get(0);
    }
    return types.contains(NumberType.BFLOAT16) ? NumberType.BFLOAT16 : NumberType.FLOAT32;
  }

  /** An array as another type, made anew for each reader: a copy would be held too long. */
  String read(String array, NumberType type) {
    if (storage.type(array) == type) {
      return array;
    }
    String copy = array + "#" + type + " at " + instructions.size();
    addScratch(copy, type, arrays.type(array).length());
    convert(array, storage.type(array), copy, type);
    return copy;
  }

  /** Where an instruction that makes numbers of a type writes an array; {@link #keep} follows. */
  String written(String array, NumberType type) {
    if (storage.type(array) == type) {
      return array;
    }
    String made = array + "#" + type;
    addScratch(made, type, arrays.type(array).length());
    return made;
  }

  /** Stores what was {@link #written}. */
  void keep(String array, NumberType type) {
    if (storage.type(array) != type) {
      convert(array + "#" + type, type, array, storage.type(array));
    }
  }

  /** An array that the plan does not know. */
  String addScratch(String name, NumberType type, long length) {
    scratch.put(name, new DeviceArray(name, type, length, DeviceArray.Home.ARENA, 0));
    return name;
  }

  private void convert(String from, NumberType source, String to, NumberType target) {
    long length = scratch.containsKey(to) ? scratch.get(to).length() : arrays.type(to).length();
    KernelBuilder kernel = new KernelBuilder("convert", List.of(length), List.of());
    int written = kernel.parameter(target, true);
    int read = kernel.parameter(source, false);
    kernel.store(written, kernel.element(), kernel.load(read, kernel.element()));
    instructions.add(new Instruction.Launch(kernel.build(), List.of(to, from)));
  }
}
