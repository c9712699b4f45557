package org.owlore.examples.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.DataSet;

class IrisTest {

  @Test
  void fiftyFlowersOfEachSpecies() {
    DataSet flowers = Iris.load();

    assertThat(flowers.getFeatures().shape()).containsExactly(150, 4);
    assertThat(flowers.getLabels().sum(0).toIntVector()).containsExactly(50, 50, 50);
  }

  @Test
  void featuresAreCentimetres() {
    assertThat(Iris.load().getFeatures().maxNumber().doubleValue()).isBetween(7.8, 8.0);
  }
}
