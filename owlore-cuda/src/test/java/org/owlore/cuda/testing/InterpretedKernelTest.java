package org.owlore.cuda.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.cuda.device.DeviceMemory;
import org.owlore.cuda.kernel.Function;
import org.owlore.cuda.kernel.Index;
import org.owlore.cuda.kernel.KernelBuilder;
import org.owlore.cuda.kernel.NumberType;
import org.owlore.cuda.kernel.Reduction;

class InterpretedKernelTest {
  private final InterpretedDevice device = new InterpretedDevice();

  @Test
  void addsTwoArraysLongerThanABatch() {
    int length = 2500;
    DeviceMemory a = device.holding(Nd4j.arange(length).castTo(DataType.FLOAT));
    DeviceMemory result = device.allocate(4 * length);
    KernelBuilder kernel = new KernelBuilder("twice", List.of((long) length), List.of());
    int in = kernel.parameter(NumberType.FLOAT32, false);
    int out = kernel.parameter(NumberType.FLOAT32, true);
    int number = kernel.load(in, kernel.element());
    kernel.store(out, kernel.element(), kernel.apply(Function.ADD, number, number));
    device.launch(kernel.build(), List.of(a.start(), result.start()));

    float[] numbers = device.floats(result.start(), length);
    assertThat(numbers[0]).isZero();
    assertThat(numbers[1024]).isEqualTo(2048);
    assertThat(numbers[2499]).isEqualTo(4998);
  }

  @Test
  void readsThroughQuotientsAndRemainders() {
    DeviceMemory a = device.floats(1, 2, 3, 4, 5, 6);
    DeviceMemory result = device.allocate(24);
    KernelBuilder kernel = new KernelBuilder("transpose", List.of(6L), List.of());
    Index point = kernel.position().get(0);
    int in = kernel.parameter(NumberType.FLOAT32, false);
    int out = kernel.parameter(NumberType.FLOAT32, true);
    int number = kernel.load(in, point.modulo(2).times(3).plus(point.dividedBy(2)));
    kernel.store(out, point, number);
    device.launch(kernel.build(), List.of(a.start(), result.start()));
    assertThat(device.floats(result.start(), 6)).containsExactly(1, 4, 2, 5, 3, 6);
  }

  @Test
  void reducesRowsAndGoesOnWithTheirResult() {
    DeviceMemory a = device.floats(1, 2, 3, 4, 0, -4);
    DeviceMemory share = device.allocate(24);
    DeviceMemory sums = device.allocate(8);
    KernelBuilder kernel = new KernelBuilder("share", List.of(2L), List.of(3L));
    int in = kernel.parameter(NumberType.FLOAT32, false);
    int shares = kernel.parameter(NumberType.FLOAT32, true);
    int totals = kernel.parameter(NumberType.FLOAT32, true);
    int number = kernel.load(in, kernel.element());
    int most = kernel.reduce(Reduction.MAXIMUM, number);
    int less = kernel.apply(Function.SUBTRACT, number, most);
    kernel.store(shares, kernel.element(), less);
    kernel.store(totals, kernel.position().get(0), kernel.reduce(Reduction.SUM, less));
    device.launch(kernel.build(), List.of(a.start(), share.start(), sums.start()));
    assertThat(device.floats(share.start(), 6)).containsExactly(-2, -1, 0, 0, -4, -8);
    assertThat(device.floats(sums.start(), 2)).containsExactly(-3, -12);
  }

  @ParameterizedTest
  @CsvSource({"SUM,9", "MAXIMUM,5", "MINIMUM,-2", "PRODUCT,-50", "INDEX_OF_MAXIMUM,1"})
  void reducesByEveryReduction(Reduction reduction, float expected) {
    DeviceMemory a = device.floats(1, 5, -2, 5);
    DeviceMemory result = device.allocate(8);
    boolean integer = reduction == Reduction.INDEX_OF_MAXIMUM;
    KernelBuilder kernel = new KernelBuilder("reduce", List.of(), List.of(4L));
    int in = kernel.parameter(NumberType.FLOAT32, false);
    int out = kernel.parameter(NumberType.FLOAT32, true);
    int reduced = kernel.reduce(reduction, kernel.load(in, kernel.element()));
    int real = integer ? kernel.apply(Function.TO_REAL, reduced) : reduced;
    kernel.store(out, Index.ZERO, real);
    device.launch(kernel.build(), List.of(a.start(), result.start()));
    assertThat(device.floats(result.start(), 1)).containsExactly(expected);
  }

  @Test
  void aGuardedLoadIsZeroWhereItsGuardDoesNotHoldAndReadsNothing() {
    DeviceMemory a = device.floats(1, 2);
    DeviceMemory result = device.allocate(16);
    KernelBuilder kernel = new KernelBuilder("pad", List.of(4L), List.of());
    Index point = kernel.position().get(0).plus(-1);
    int in = kernel.parameter(NumberType.FLOAT32, false);
    int out = kernel.parameter(NumberType.FLOAT32, true);
    int before = kernel.enterGuard(kernel.inside(point, 0, 2));
    int number = kernel.load(in, point);
    kernel.leaveGuard(before);
    kernel.store(out, kernel.element(), number);
    device.launch(kernel.build(), List.of(a.start(), result.start()));
    assertThat(device.floats(result.start(), 4)).containsExactly(0, 1, 2, 0);
  }

  @Test
  void aGuardedStoreLeavesTheRest() {
    DeviceMemory a = device.floats(1, 2, 3);
    KernelBuilder kernel = new KernelBuilder("some", List.of(3L), List.of());
    int out = kernel.parameter(NumberType.FLOAT32, true);
    int truth = kernel.inside(kernel.position().get(0), 1, 2);
    kernel.storeWhere(truth, out, kernel.element(), kernel.real(7));
    device.launch(kernel.build(), List.of(a.start()));
    assertThat(device.floats(a.start(), 3)).containsExactly(1, 7, 3);
  }

  @Test
  void addsToRowsThatAnotherArrayNames() {
    DeviceMemory rows = device.holding(Nd4j.createFromArray(1, 0, 1));
    DeviceMemory sums = device.floats(0, 0, 10, 20);
    KernelBuilder kernel = new KernelBuilder("scatter", List.of(3L, 2L), List.of());
    int names = kernel.parameter(NumberType.INT32, false);
    int out = kernel.parameter(NumberType.FLOAT32, true);
    int row = kernel.load(names, kernel.position().get(0));
    int truth = kernel.inside(Index.ZERO, 0, 1);
    int value = kernel.apply(Function.TO_REAL, kernel.position(kernel.element()));
    kernel.addToRow(truth, out, kernel.position().get(1), row, 2, value);
    device.launch(kernel.build(), List.of(rows.start(), sums.start()));
    assertThat(device.floats(sums.start(), 4)).containsExactly(2, 3, 14, 26);
  }

  @Test
  void gathersRowsThatAnotherArrayNames() {
    DeviceMemory rows = device.holding(Nd4j.createFromArray(1L, 0L));
    DeviceMemory table = device.floats(1, 2, 3, 4);
    DeviceMemory result = device.allocate(16);
    KernelBuilder kernel = new KernelBuilder("gather", List.of(2L, 2L), List.of());
    int names = kernel.parameter(NumberType.INT64, false);
    int in = kernel.parameter(NumberType.FLOAT32, false);
    int out = kernel.parameter(NumberType.FLOAT32, true);
    int row = kernel.load(names, kernel.position().get(0));
    int value = kernel.load(in, kernel.position().get(1), row, 2);
    kernel.store(out, kernel.element(), value);
    device.launch(kernel.build(), List.of(rows.start(), table.start(), result.start()));
    assertThat(device.floats(result.start(), 4)).containsExactly(3, 4, 1, 2);
  }

  @ParameterizedTest
  @CsvSource({
    "BFLOAT16, 1.00390625, 1.0",
    "BFLOAT16, 1.01171875, 1.015625",
    "FLOAT16, 1.00048828125, 1.0",
    "FLOAT16, 1e6, Infinity"
  })
  void storesNarrowNumbersRoundedToNearestEven(NumberType type, float number, float expected) {
    DeviceMemory narrow = device.allocate(2);
    KernelBuilder kernel = new KernelBuilder("narrow", List.of(), List.of());
    int out = kernel.parameter(type, true);
    kernel.store(out, Index.ZERO, kernel.real(number));
    device.launch(kernel.build(), List.of(narrow.start()));
    assertThat(device.array(narrow.start(), type.getDataType(), 1).getFloat(0)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "ADD, 3, -2, 1",
    "SUBTRACT, 3, -2, 5",
    "MULTIPLY, 3, -2, -6",
    "DIVIDE, 3, -2, -1.5",
    "REMAINDER, -7, 4, -3",
    "POWER, 2, 10, 1024",
    "MAXIMUM, NaN, 2, 2",
    "MINIMUM, 1, NaN, 1",
    "NEGATE, 3, 0, -3",
    "ABSOLUTE, -3, 0, 3",
    "SIGN, -3, 0, -1",
    "SQUARE_ROOT, 9, 0, 3",
    "EXPONENTIAL, 1, 0, 2.7182817",
    "LOGARITHM, 2.7182817, 0, 1",
    "TANH, 1, 0, 0.7615942",
    "SIGMOID, 0, 0, 0.5",
    "ERROR_FUNCTION, 0.5, 0, 0.5204999",
    "ERROR_FUNCTION, -2, 0, -0.9953223",
    "ERROR_FUNCTION, 9, 0, 1",
    "SINE, 1, 0, 0.84147096",
    "COSINE, 1, 0, 0.5403023",
    "FLOOR, -1.5, 0, -2",
    "CEILING, -1.5, 0, -1",
    "ROUND, 2.5, 0, 2",
    "TO_BFLOAT16, 1.005, 0, 1.0078125",
    "TO_FLOAT16, 1.0003, 0, 1"
  })
  void computesWithReals(Function function, float a, float b, float expected) {
    DeviceMemory result = device.allocate(4);
    KernelBuilder kernel = new KernelBuilder("reals", List.of(), List.of());
    int out = kernel.parameter(NumberType.FLOAT32, true);
    int left = kernel.real(a);
    int value =
        function.getArity() == 1
            ? kernel.apply(function, left)
            : kernel.apply(function, left, kernel.real(b));
    kernel.store(out, Index.ZERO, value);
    device.launch(kernel.build(), List.of(result.start()));
    assertThat(device.floats(result.start(), 1)[0]).isCloseTo(expected, within(1e-6f));
  }

  @ParameterizedTest
  @CsvSource({
    "ADD, 9223372036854775807, 1, -9223372036854775808",
    "MULTIPLY, 4611686018427387905, 6, -9223372036854775802",
    "DIVIDE, -7, 2, -3",
    "REMAINDER, -7, 2, -1",
    "EXCLUSIVE_OR, 12, 10, 6",
    "BITWISE_AND, 12, 10, 8",
    "SHIFT_RIGHT, -1, 60, 15",
    "SUBTRACT, 1, 3, -2",
    "MAXIMUM, 1, 3, 3",
    "MINIMUM, 1, 3, 1"
  })
  void computesWithIntegersOf64BitsThatWrap(Function function, long a, long b, long expected) {
    DeviceMemory result = device.allocate(8);
    KernelBuilder kernel = new KernelBuilder("integers", List.of(), List.of());
    int out = kernel.parameter(NumberType.INT64, true);
    kernel.store(out, Index.ZERO, kernel.apply(function, kernel.integer(a), kernel.integer(b)));
    device.launch(kernel.build(), List.of(result.start()));
    assertThat(device.array(result.start(), DataType.INT64, 1).getLong(0)).isEqualTo(expected);
  }

  @Test
  void comparesSelectsAndConverts() {
    DeviceMemory result = device.allocate(3);
    KernelBuilder kernel = new KernelBuilder("truths", List.of(3L), List.of());
    int out = kernel.parameter(NumberType.BOOLEAN, true);
    int point = kernel.position(kernel.position().get(0));
    int first = kernel.apply(Function.EQUAL, point, kernel.integer(0));
    int small = kernel.apply(Function.LESS, kernel.apply(Function.TO_REAL, point), kernel.real(2));
    int middle = kernel.apply(Function.AND, small, kernel.apply(Function.NOT, first));
    int swapped =
        kernel.apply(Function.SELECT, middle, first, kernel.apply(Function.TO_TRUTH, point));
    kernel.store(out, kernel.element(), swapped);
    device.launch(kernel.build(), List.of(result.start()));
    assertThat(device.array(result.start(), DataType.BOOL, 3).toString())
        .isEqualToIgnoringWhitespace("[false,false,true]");
  }

  @Test
  void takesTheBitsOfARealAndBack() {
    DeviceMemory result = device.allocate(4);
    KernelBuilder kernel = new KernelBuilder("bits", List.of(), List.of());
    int out = kernel.parameter(NumberType.FLOAT32, true);
    int bits = kernel.apply(Function.BITS_OF_REAL, kernel.real(-1.999));
    int upper = kernel.apply(Function.BITWISE_AND, bits, kernel.integer(0xFFFF0000L));
    kernel.store(out, Index.ZERO, kernel.apply(Function.REAL_OF_BITS, upper));
    device.launch(kernel.build(), List.of(result.start()));
    assertThat(device.floats(result.start(), 1)).containsExactly(-1.9921875f);
  }

  @Test
  void saysWhichKernelTouchesWhichElementOfWhichParameterBeyondItsMemory() {
    DeviceMemory small = device.floats(1, 2);
    KernelBuilder kernel = new KernelBuilder("beyond", List.of(3L), List.of());
    int out = kernel.parameter(NumberType.FLOAT32, true);
    kernel.store(out, kernel.element(), kernel.real(0));
    assertThatThrownBy(() -> device.launch(kernel.build(), List.of(small.start())))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage(
            "Kernel beyond touches element 2 of parameter 0, which begins at byte 0 of the 8 bytes of memory 0.");
  }

  @Test
  void refusesElementsBeforeTheBeginningOfAParameter() {
    DeviceMemory memory = device.floats(1, 2);
    KernelBuilder kernel = new KernelBuilder("before", List.of(), List.of());
    int out = kernel.parameter(NumberType.FLOAT32, true);
    kernel.store(out, Index.of(-1), kernel.real(0));
    assertThatThrownBy(() -> device.launch(kernel.build(), List.of(memory.at(4))))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void refusesToWriteWhatIsOnlyRead() {
    DeviceMemory memory = device.floats(1);
    KernelBuilder kernel = new KernelBuilder("reader", List.of(), List.of());
    int in = kernel.parameter(NumberType.FLOAT32, false);
    kernel.store(in, Index.ZERO, kernel.real(0));
    assertThatThrownBy(() -> device.launch(kernel.build(), List.of(memory.start())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Kernel reader stores to parameter 0, which is only read.");
  }

  @Test
  void refusesToStoreOneKindAsAnother() {
    DeviceMemory memory = device.floats(1);
    KernelBuilder kernel = new KernelBuilder("mixed", List.of(), List.of());
    int out = kernel.parameter(NumberType.FLOAT32, true);
    kernel.store(out, Index.ZERO, kernel.integer(0));
    assertThatThrownBy(() -> device.launch(kernel.build(), List.of(memory.start())))
        .hasMessage("Kernel mixed stores INTEGER as FLOAT32.");
  }

  @Test
  void refusesAFunctionOfKindsThatItDoesNotTake() {
    DeviceMemory memory = device.floats(1);
    KernelBuilder kernel = new KernelBuilder("mixed", List.of(), List.of());
    int out = kernel.parameter(NumberType.FLOAT32, true);
    kernel.store(out, Index.ZERO, kernel.apply(Function.ADD, kernel.real(0), kernel.integer(1)));
    assertThatThrownBy(() -> device.launch(kernel.build(), List.of(memory.start())))
        .hasMessage("Kernel mixed applies ADD to [REAL, INTEGER].");
  }

  @Test
  void refusesAWrongNumberOfPlacesAndPlacesOffTheirType() {
    DeviceMemory memory = device.floats(1, 2);
    KernelBuilder kernel = new KernelBuilder("one", List.of(), List.of());
    int out = kernel.parameter(NumberType.FLOAT32, true);
    kernel.store(out, Index.ZERO, kernel.real(0));
    assertThatThrownBy(() -> device.launch(kernel.build(), List.of()))
        .hasMessage("Kernel one has 1 parameters, but was given 0 places.");
    assertThatThrownBy(() -> device.launch(kernel.build(), List.of(memory.at(2))))
        .hasMessageContaining("begins at byte 2");
  }
}
