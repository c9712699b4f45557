package org.owlore.cuda.execution;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import lombok.NonNull;
import lombok.RequiredArgsConstructor;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.cuda.device.Device;
import org.owlore.cuda.device.DeviceMemory;
import org.owlore.cuda.device.GrowingMemory;
import org.owlore.cuda.device.Place;
import org.owlore.cuda.program.DeviceArray;
import org.owlore.cuda.program.DeviceArray.Home;
import org.owlore.cuda.program.Instruction;
import org.owlore.cuda.program.Program;

/**
 * Runs one program on a device. All places are known before the first run, so that a run allocates
 * nothing. Not thread-safe.
 */
@RequiredArgsConstructor
public final class ProgramExecutor implements AutoCloseable {
  private final Program program;
  private final Device device;
  private final ResidentArrays resident;
  private final GrowingMemory arena;
  private final Map<String, DeviceMemory> constants = new HashMap<>();
  private final List<Action> actions = new ArrayList<>();
  private DeviceMemory bound;

  /** One instruction with its places. */
  @FunctionalInterface
  private interface Action {
    void ask(ProgramObserver observer);
  }

  /** What this executor runs. */
  public Program program() {
    return program;
  }

  /**
   * Uploads the arrays of the graph that the program reads and that are not on the device yet:
   * before anything else, so that a shortage of memory is told with them counted.
   */
  public void loadWeights() {
    program.arrays().values().stream()
        .filter(array -> array.home() == Home.GRAPH)
        .forEach(array -> resident.place(array.name()));
  }

  /**
   * Takes the memory that the program needs, and sends the placeholders.
   *
   * @param placeholders an array for each placeholder, with the shapes the plan was compiled for
   * @return whether everything is where it was the last time
   * @throws IllegalArgumentException when a placeholder is missing or has another shape
   * @throws org.owlore.cuda.device.OutOfDeviceMemoryException when the program does not fit
   */
  public boolean prepare(@NonNull Map<String, INDArray> placeholders) {
    DeviceMemory memory = arena.atLeast(program.arenaBytes());
    boolean unmoved = memory == bound;
    if (!unmoved) {
      bind(memory);
    }
    program.arrays().values().stream()
        .filter(array -> array.home() == Home.PLACEHOLDER)
        .forEach(array -> feed(array, placeholders.get(array.name())));
    return unmoved;
  }

  /** Asks the device to run the program once, after {@link #prepare}. */
  public void run(@NonNull ProgramObserver observer) {
    actions.forEach(action -> action.ask(observer));
  }

  /** Where an array of the program is, valid until the arena grows. */
  public Place place(@NonNull String name) {
    return place(program.array(name));
  }

  @Override
  public void close() {
    constants.values().forEach(DeviceMemory::close);
    constants.clear();
    actions.clear();
    program.plan().close();
  }

  private void bind(DeviceMemory memory) {
    bound = memory;
    actions.clear();
    program.instructions().forEach(instruction -> actions.add(action(instruction)));
  }

  private Action action(Instruction instruction) {
    if (instruction instanceof Instruction.Launch launch) {
      List<Place> places = launch.arrays().stream().map(this::placeOf).toList();
      return observer -> device.launch(launch.kernel(), places);
    }
    if (instruction instanceof Instruction.Multiply multiply) {
      Place left = placeOf(multiply.left());
      Place right = placeOf(multiply.right());
      Place output = placeOf(multiply.output());
      return observer -> device.multiply(multiply.product(), left, right, output);
    }
    if (instruction instanceof Instruction.Attend attend) {
      List<Place> places = attend.arrays().stream().map(this::placeOf).toList();
      return observer -> device.attend(attend.attention(), places);
    }
    if (instruction instanceof Instruction.Update update) {
      Place gradient = placeOf(update.gradient());
      return observer -> observer.gradient(update.variable(), gradient);
    }
    Instruction.Visit visit = (Instruction.Visit) instruction;
    Place place = placeOf(visit.array());
    return observer -> observer.visit(visit.name(), place);
  }

  private Place placeOf(String name) {
    return place(program.arrays().get(name));
  }

  private Place place(DeviceArray array) {
    return switch (array.home()) {
      case GRAPH -> resident.place(array.name());
      case CONSTANT -> constants.computeIfAbsent(array.name(), this::uploadedConstant).start();
      case PLACEHOLDER, ARENA -> bound.at(array.offset());
    };
  }

  private DeviceMemory uploadedConstant(String name) {
    INDArray constant = program.plan().constants().get(name);
    DeviceMemory memory = device.allocate(constant.length() * constant.dataType().width());
    upload(constant, memory.start());
    return memory;
  }

  private void feed(DeviceArray slot, INDArray array) {
    long[] wanted = program.plan().request().placeholders().get(slot.name()).dimensions();
    if (array == null || !Arrays.equals(array.shape(), wanted)) {
      throw new IllegalArgumentException(
          "Placeholder \"%s\" must have shape %s but has %s."
              .formatted(
                  slot.name(),
                  Arrays.toString(wanted),
                  array == null ? "no array" : Arrays.toString(array.shape())));
    }
    try (INDArray typed = Nd4j.createUninitialized(slot.type().getDataType(), wanted, 'c')) {
      typed.assign(array);
      device.upload(typed.data().addressPointer(), bound.at(slot.offset()), slot.bytes());
    }
  }

  private void upload(INDArray array, Place place) {
    try (INDArray copy = array.dup('c')) {
      long bytes = copy.length() * copy.dataType().width();
      device.upload(copy.data().addressPointer(), place, bytes);
    }
  }
}
