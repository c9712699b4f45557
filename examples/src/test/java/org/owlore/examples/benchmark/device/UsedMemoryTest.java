package org.owlore.examples.benchmark.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UsedMemoryTest {

  @Test
  void nvidiaSmiSpeaksOfMebibytes() {
    assertThat(UsedMemory.parse(" 1234\n")).hasValue(1234 * 1048576.0);
  }

  @Test
  void whatIsNoNumberIsNotKnown() {
    assertThat(UsedMemory.parse("[N/A]\n")).isEmpty();
    assertThat(UsedMemory.parse("")).isEmpty();
  }

  @Test
  void theHostIsNotAsked() {
    assertThat(new UsedMemory("cpu").bytes()).isEmpty();
  }
}
