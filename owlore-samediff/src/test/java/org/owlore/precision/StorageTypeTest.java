package org.owlore.precision;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

class StorageTypeTest {

  @Test
  void onlyMatricesAreStoredNarrow() {
    assertThat(StorageType.BF16.dataType(3, 4)).isEqualTo(DataType.BFLOAT16);
    assertThat(StorageType.F16.dataType(3, 4)).isEqualTo(DataType.HALF);
    assertThat(StorageType.FLOAT32.dataType(3, 4)).isEqualTo(DataType.FLOAT);
    assertThat(StorageType.BF16.dataType(3)).isEqualTo(DataType.FLOAT);
  }

  @Test
  void labelsAreWhatOneWrites() {
    assertThat(StorageType.values())
        .extracting(StorageType::label)
        .containsExactly("float32", "bf16", "f16");
  }
}
