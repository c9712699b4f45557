package org.owlore.cuda.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class KernelBuilderTest {
  private final KernelBuilder kernel = new KernelBuilder("sample", List.of(3L), List.of(5L));

  @Test
  void equalTermsAreKeptOnce() {
    assertThat(kernel.real(2)).isEqualTo(kernel.real(2)).isNotEqualTo(kernel.real(3));
  }

  @Test
  void aFunctionWantsAsManyArgumentsAsItTakes() {
    assertThatThrownBy(() -> kernel.apply(Function.ADD, kernel.real(1)))
        .hasMessage("Function ADD takes 2 arguments, but was given 1.");
  }

  @Test
  void loadsDependOnTheGuardsTheyAreIn() {
    int parameter = kernel.parameter(NumberType.FLOAT32, false);
    int outer = kernel.inside(kernel.position().get(0), 0, 2);
    int before = kernel.enterGuard(outer);
    int guarded = kernel.load(parameter, kernel.element());
    kernel.leaveGuard(before);
    kernel.load(parameter, kernel.element());

    assertThat(kernel.build().terms())
        .filteredOn(Term.Load.class::isInstance)
        .extracting(term -> ((Term.Load) term).guard())
        .containsExactly(outer, Term.NONE);
    assertThat(guarded).isPositive();
  }

  @Test
  void aReductionIsTheSameForAllColumnsOfARow() {
    int parameter = kernel.parameter(NumberType.FLOAT32, false);
    int element = kernel.load(parameter, kernel.element());
    int sum = kernel.reduce(Reduction.SUM, element);
    int share = kernel.apply(Function.DIVIDE, element, sum);

    List<Boolean> perColumn = kernel.build().perColumn();

    assertThat(List.of(perColumn.get(element), perColumn.get(sum), perColumn.get(share)))
        .containsExactly(true, false, true);
  }
}
