package org.owlore.cuda.lowering;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.owlore.cuda.kernel.Function;
import org.owlore.cuda.kernel.Index;
import org.owlore.cuda.kernel.KernelBuilder;
import org.owlore.cuda.kernel.NumberType;
import org.owlore.cuda.kernel.Reduction;
import org.owlore.cuda.program.DeviceArray;
import org.owlore.cuda.program.Instruction;

class ArenaTest {
  private static final long LENGTH = 100;
  private final Map<String, DeviceArray> arrays = new HashMap<>();

  private void array(String name, NumberType type, DeviceArray.Home home) {
    arrays.put(name, new DeviceArray(name, type, LENGTH, home, 0));
  }

  private Instruction negation(String from, String to) {
    KernelBuilder kernel = new KernelBuilder("negation", List.of(LENGTH), List.of());
    int output = kernel.parameter(NumberType.FLOAT32, true);
    int input = kernel.parameter(NumberType.FLOAT32, false);
    int value = kernel.apply(Function.NEGATE, kernel.load(input, kernel.element()));
    kernel.store(output, kernel.element(), value);
    return new Instruction.Launch(kernel.build(), List.of(to, from));
  }

  private Instruction reversal(String from, String to) {
    KernelBuilder kernel = new KernelBuilder("reversal", List.of(LENGTH), List.of());
    int output = kernel.parameter(NumberType.FLOAT32, true);
    int input = kernel.parameter(NumberType.FLOAT32, false);
    Index mirrored = kernel.element().times(-1).plus(LENGTH - 1);
    kernel.store(output, kernel.element(), kernel.load(input, mirrored));
    return new Instruction.Launch(kernel.build(), List.of(to, from));
  }

  private Instruction centring(String from, String to) {
    KernelBuilder kernel = new KernelBuilder("centring", List.of(10L), List.of(10L));
    int output = kernel.parameter(NumberType.FLOAT32, true);
    int input = kernel.parameter(NumberType.FLOAT32, false);
    int value = kernel.load(input, kernel.element());
    int sum = kernel.reduce(Reduction.SUM, value);
    kernel.store(output, kernel.element(), kernel.apply(Function.SUBTRACT, value, sum));
    return new Instruction.Launch(kernel.build(), List.of(to, from));
  }

  private Instruction copy(String from, String to) {
    KernelBuilder kernel = new KernelBuilder("copy", List.of(LENGTH), List.of());
    int output = kernel.parameter(NumberType.FLOAT32, true);
    int input = kernel.parameter(NumberType.FLOAT32, false);
    kernel.store(output, kernel.element(), kernel.load(input, kernel.element()));
    return new Instruction.Launch(kernel.build(), List.of(to, from));
  }

  private Arena arena(List<Instruction> instructions, String... outputs) {
    return new Arena(instructions, arrays, List.of(outputs));
  }

  private void floats(String... names) {
    for (String name : names) {
      array(name, NumberType.FLOAT32, DeviceArray.Home.ARENA);
    }
  }

  @Test
  void anElementwiseKernelWritesOverWhatItReadsForTheLastTime() {
    array("x", NumberType.FLOAT32, DeviceArray.Home.PLACEHOLDER);
    floats("a", "b");

    Arena arena = arena(List.of(negation("x", "a"), negation("a", "b")), "b");

    assertThat(arena.getBytes()).isEqualTo(512);
  }

  @Test
  void whatIsReadLaterIsNotOverwritten() {
    array("x", NumberType.FLOAT32, DeviceArray.Home.PLACEHOLDER);
    floats("a", "b", "c");

    Arena arena =
        arena(List.of(negation("x", "a"), negation("a", "b"), negation("a", "c")), "b", "c");

    assertThat(arena.getPlaced().get("a").offset())
        .isNotEqualTo(arena.getPlaced().get("b").offset());
  }

  @Test
  void aKernelThatReadsOtherElementsThanItWritesGetsMemoryOfItsOwn() {
    array("x", NumberType.FLOAT32, DeviceArray.Home.PLACEHOLDER);
    floats("a");

    Arena arena = arena(List.of(reversal("x", "a")), "a");

    assertThat(arena.getBytes()).isEqualTo(1024);
  }

  @Test
  void aReductionMayWriteOverItsRows() {
    array("x", NumberType.FLOAT32, DeviceArray.Home.PLACEHOLDER);
    floats("a");

    assertThat(arena(List.of(centring("x", "a")), "a").getBytes()).isEqualTo(512);
  }

  @Test
  void weightsAreNeverOverwritten() {
    array("w", NumberType.FLOAT32, DeviceArray.Home.GRAPH);
    floats("a");

    assertThat(arena(List.of(negation("w", "a")), "a").getBytes()).isEqualTo(512);
  }

  @Test
  void aCopyOntoItselfIsLeftOut() {
    array("x", NumberType.FLOAT32, DeviceArray.Home.PLACEHOLDER);
    floats("a");

    assertThat(arena(List.of(copy("x", "a")), "a").getInstructions()).isEmpty();
  }

  @Test
  void placesBeginAtMultiplesOf256Bytes() {
    array("x", NumberType.FLOAT32, DeviceArray.Home.PLACEHOLDER);
    floats("a", "b");

    Arena arena = arena(List.of(reversal("x", "a"), reversal("a", "b")), "a", "b");

    assertThat(arena.getPlaced().values())
        .allSatisfy(array -> assertThat(array.offset() % 256).isZero());
  }
}
