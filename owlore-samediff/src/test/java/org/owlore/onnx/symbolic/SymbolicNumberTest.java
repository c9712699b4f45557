package org.owlore.onnx.symbolic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalInt;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class SymbolicNumberTest {

  @Provide
  Arbitrary<SymbolicNumber> polynomials() {
    Arbitrary<Integer> factors = Arbitraries.integers().between(-5, 5);
    return Combinators.combine(factors, factors, factors, factors)
        .as(
            (constant, batch, sequence, both) ->
                SymbolicNumber.of(constant)
                    .plus(SymbolicNumber.BATCH.times(SymbolicNumber.of(batch)))
                    .plus(SymbolicNumber.SEQUENCE.times(SymbolicNumber.of(sequence)))
                    .plus(
                        SymbolicNumber.BATCH
                            .times(SymbolicNumber.SEQUENCE)
                            .times(SymbolicNumber.of(both))));
  }

  @Property
  void arithmeticAgreesWithArithmeticOnTheValues(
      @ForAll("polynomials") SymbolicNumber left,
      @ForAll("polynomials") SymbolicNumber right,
      @ForAll @IntRange(min = 1, max = 9) int batch,
      @ForAll @IntRange(min = 1, max = 9) int sequence) {
    double a = left.at(batch, sequence);
    double b = right.at(batch, sequence);

    assertThat(left.plus(right).at(batch, sequence)).isEqualTo(a + b);
    assertThat(left.minus(right).at(batch, sequence)).isEqualTo(a - b);
    assertThat(left.times(right).at(batch, sequence)).isEqualTo(a * b);
  }

  @Property
  void aProductDividesByItsFactors(
      @ForAll("polynomials") SymbolicNumber dividend,
      @ForAll @IntRange(min = 1, max = 9) int factor) {
    SymbolicNumber divisor = SymbolicNumber.SEQUENCE.times(SymbolicNumber.of(factor));

    assertThat(dividend.times(divisor).dividedBy(divisor)).contains(dividend);
  }

  @Property
  void aKnownOrderHoldsForAllSizes(
      @ForAll("polynomials") SymbolicNumber left,
      @ForAll("polynomials") SymbolicNumber right,
      @ForAll @IntRange(min = 1, max = 9) int batch,
      @ForAll @IntRange(min = 1, max = 9) int sequence) {
    OptionalInt order = left.comparedTo(right);

    if (order.isPresent()) {
      assertThat(Math.signum(left.at(batch, sequence) - right.at(batch, sequence)))
          .isEqualTo(order.getAsInt());
    }
  }

  @Property
  void equalNumbersHaveEqualTerms(@ForAll("polynomials") SymbolicNumber number) {
    SymbolicNumber roundabout = number.plus(SymbolicNumber.SEQUENCE).minus(SymbolicNumber.SEQUENCE);

    assertThat(roundabout).isEqualTo(number).hasSameHashCodeAs(number);
  }

  @Example
  void aSizeThatDividesNoTermHasNoQuotient() {
    assertThat(SymbolicNumber.SEQUENCE.dividedBy(SymbolicNumber.BATCH)).isEmpty();
  }

  @Example
  void sizesMayBeOneButNeverLess() {
    assertThat(SymbolicNumber.BATCH.comparedTo(SymbolicNumber.ONE)).isEmpty();
    assertThat(SymbolicNumber.BATCH.comparedTo(SymbolicNumber.ZERO)).hasValue(1);
    assertThat(SymbolicNumber.SEQUENCE.comparedTo(SymbolicNumber.of(-1))).hasValue(1);
    assertThat(SymbolicNumber.SEQUENCE.comparedTo(SymbolicNumber.of(512))).isEmpty();
  }

  @Example
  void aSizeHasNoPlainValue() {
    assertThatThrownBy(SymbolicNumber.BATCH::known)
        .isInstanceOf(ArithmeticException.class)
        .hasMessage("the value batch depends on the batch");
  }

  @Example
  void powersDoNotGrowWithoutEnd() {
    assertThatThrownBy(
            () -> {
              SymbolicNumber number = SymbolicNumber.SEQUENCE;
              for (int i = 0; i < 10; i++) {
                number = number.times(number);
              }
            })
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("too high a power");
  }

  @Example
  void readsAsAFormula() {
    SymbolicNumber number =
        SymbolicNumber.BATCH
            .times(SymbolicNumber.SEQUENCE)
            .times(SymbolicNumber.of(4))
            .plus(SymbolicNumber.ONE);

    assertThat(number).hasToString("4 * batch * sequence + 1");
  }
}
