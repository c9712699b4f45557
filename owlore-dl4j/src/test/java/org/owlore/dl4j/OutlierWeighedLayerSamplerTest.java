package org.owlore.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.owlore.dl4j.network.Network;
import org.owlore.dl4j.testing.NaiveTraining;
import org.owlore.dl4j.testing.SampleData;
import org.owlore.dl4j.testing.SampleNetworks;

class OutlierWeighedLayerSamplerTest {
  private static final int INTERVAL = 4;

  static Stream<Arguments> everyNetworkAndUpdater() {
    List<IUpdater> updaters =
        List.of(
            new Sgd(0.1),
            new Nesterovs(0.05, 0.9),
            new Adam(0.02),
            new AdaMax(0.02),
            new AMSGrad(0.02),
            new AdaDelta(),
            new RmsProp(0.01),
            new Adam(new ExponentialSchedule(ScheduleType.ITERATION, 0.02, 0.9)));
    return SampleNetworks.ALL.keySet().stream()
        .sorted()
        .flatMap(kind -> updaters.stream().map(updater -> Arguments.of(kind, updater)));
  }

  @ParameterizedTest
  @MethodSource("everyNetworkAndUpdater")
  void trainsWhatANaiveLoopOverTheSameBlocksTrains(String kind, IUpdater updater) {
    Model sampled = SampleNetworks.of(kind, updater);
    Model naive = SampleNetworks.of(kind, updater);
    OutlierWeighedLayerSampler sampler =
        OutlierWeighedLayerSampler.builder()
            .interval(INTERVAL)
            .schedule(OutlierWeighedLayerSamplerTest::blocks)
            .build();
    attach(sampled, sampler);
    NaiveTraining training = new NaiveTraining(Network.of(naive));
    for (int step = 0; step < 5 * INTERVAL; step++) {
      Nd4j.getRandom().setSeed(step);
      SampleData.fit(sampled, SampleData.of(kind, step));
      Nd4j.getRandom().setSeed(step);
      training.fit(SampleData.of(kind, step), sampler.trainedBlocks(), sampler.blocks());
      assertThat(distance(sampled.params(), naive.params()))
          .as("step %d, trained %s", step, sampler.trainedBlocks())
          .isLessThan(1e-5);
    }
  }

  /** One after the other, together, none, in turn, for a while. */
  private static List<Integer> blocks(long interval) {
    return List.of(List.of(0), List.of(1), List.of(0, 1), List.<Integer>of(), List.of(1))
        .get((int) interval % 5);
  }

  private static double distance(INDArray one, INDArray other) {
    return one.sub(other).amaxNumber().doubleValue();
  }

  private static void attach(Model network, OutlierWeighedLayerSampler sampler) {
    if (network instanceof ComputationGraph graph) {
      graph.setListeners(sampler);
    } else {
      ((MultiLayerNetwork) network).setListeners(sampler);
    }
  }
}
