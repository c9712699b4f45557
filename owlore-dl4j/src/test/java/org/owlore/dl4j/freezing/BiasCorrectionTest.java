package org.owlore.dl4j.freezing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nadam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;

/** Without AdaBelief, which no network can be trained with: ND4J fails to make its state. */
class BiasCorrectionTest {

  static Stream<IUpdater> updaters() {
    return Stream.of(
        new Adam(0.1),
        new AdaMax(0.1),
        new Nadam(0.1),
        new AMSGrad(0.1),
        new AdaGrad(0.1),
        new AdaDelta(),
        new Nesterovs(0.1),
        new RmsProp(0.1),
        new Sgd(0.1),
        new NoOp());
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void isMadeByTheUpdatersWhoseStepDependsOnTheIteration(IUpdater updater) {
    boolean depends = !firstStep(updater, 0).equals(firstStep(updater, 400));
    assertThat(BiasCorrection.isMadeBy(updater)).isEqualTo(depends);
  }

  /** What a fresh updater makes of a gradient, at a constant learning rate. */
  private static INDArray firstStep(IUpdater updater, int iteration) {
    long size = updater.stateSize(3);
    GradientUpdater<?> fresh = updater.instantiate(size == 0 ? null : Nd4j.zeros(1, size), true);
    INDArray gradient = Nd4j.createFromArray(0.5f, -2f, 3f);
    fresh.applyUpdater(gradient, iteration, 0);
    return gradient;
  }
}
