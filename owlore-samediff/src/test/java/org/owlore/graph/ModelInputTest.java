package org.owlore.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ModelInputTest {

  @Test
  void aLengthIsBoundedIfItIsFixedOrSmallEnoughToBeMeant() {
    ModelInput any = ModelInput.builder().maximumLength(ModelInput.UNBOUNDED).build();

    assertThat(any.isUnbounded()).isTrue();
    assertThat(ModelInput.builder().maximumLength(4096).build().isUnbounded()).isFalse();
    assertThat(
            ModelInput.builder()
                .maximumLength(ModelInput.UNBOUNDED)
                .fixedLength(true)
                .build()
                .isUnbounded())
        .isFalse();
  }

  @Test
  void aModelThatReadsNothingIsRefused() {
    ModelInput.ModelInputBuilder nothing = ModelInput.builder().maximumLength(0);

    assertThatThrownBy(nothing::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("but 0 and 0 were given.");
  }
}
