package org.owlore.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class NaiveLlamaTest {

  @Test
  void logitsAreThoseOfPyTorch() {
    NaiveLlama model = NaiveLlama.read(SharedData.require("data/stories260K"));
    INDArray tokens = SharedData.array("golden/forward/tokens.npy");
    INDArray expected = SharedData.array("golden/forward/logits.npy");
    double largest = 0;
    for (int row = 0; row < tokens.rows(); row++) {
      int[] ids = tokens.getRow(row).toIntVector();
      double[][] logits = model.forward(Arrays.copyOf(ids, ids.length - 1)).logits();
      for (int t = 0; t < logits.length; t++) {
        for (int id = 0; id < logits[t].length; id++) {
          largest = Math.max(largest, Math.abs(logits[t][id] - expected.getDouble(row, t, id)));
        }
      }
    }
    assertThat(largest).isLessThan(1e-4);
  }
}
