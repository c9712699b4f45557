package org.owlore.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.listeners.At;
import org.nd4j.autodiff.listeners.BaseListener;
import org.nd4j.autodiff.listeners.Listener;
import org.nd4j.autodiff.listeners.Operation;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.owlore.testing.StockBatches;
import org.owlore.testing.TinyLlama;

/** What is left behind when a fit with the listener fails: nothing. */
class OutlierWeighedLayerSamplerFailureTest extends StockFitFixture {
  @Test
  void afterAFailureInAnUpdaterEverythingTrainsAgain() {
    configure(graph, galore().build());
    INDArray norm = graph.getArrForVarName("model.norm.weight");
    INDArray good = norm.dup();
    norm.assign(Float.NaN);
    assertThatThrownBy(() -> fit(graph, 0, 2, sampler(BLOCKS)))
        .hasStackTraceContaining("NaN or infinity");
    norm.assign(good);
    assertEverythingTrains();
  }

  @Test
  void afterAFailureInTheDataEverythingTrainsAgain() {
    configure(graph, new Adam(0.01));
    BatchSource failing =
        new BatchSource() {
          @Override
          public long stepsPerEpoch() {
            return 5;
          }

          @Override
          public Batch batch(long step) {
            if (step == 1) {
              throw new IllegalStateException("no more data");
            }
            return DATA.batch(step);
          }
        };
    assertThatThrownBy(() -> graph.fit(new StockBatches(failing, 0, 3), 1, sampler(BLOCKS)))
        .hasMessage("no more data");
    assertEverythingTrains();
  }

  @Test
  void afterAFailureInAnotherListenerEverythingTrainsAgain() {
    configure(graph, new Adam(0.01));
    assertThatThrownBy(() -> fit(graph, 0, 3, failing(), sampler(BLOCKS)))
        .hasMessage("listener failed");
    assertEverythingTrains();
  }

  /** SameDiff gives no chance to clean up then; the next listener does. */
  @Test
  void afterAFailureBeforeTheFirstOperationAnotherListenerTrainsWhatItShould() {
    configure(graph, new Adam(0.01));
    assertThatThrownBy(() -> fit(graph, 0, 3, sampler(BLOCKS), failing()))
        .hasMessage("listener failed");
    Map<String, INDArray> before = TinyLlama.weights(graph);

    fit(graph, 2, 6, sampler(List.of(List.of(0), List.of(1), List.of(2))));

    assertThat(TinyLlama.changed(graph, before))
        .containsExactlyInAnyOrderElementsOf(everything(model));
    assertEverythingTrains();
  }

  @Test
  void afterAFailureTheSameListenerStartsAnew() {
    configure(graph, new Adam(0.01));
    OutlierWeighedLayerSampler sampler = sampler(BLOCKS);
    assertThatThrownBy(() -> fit(graph, 0, 3, sampler, failing()));
    Map<String, INDArray> before = TinyLlama.weights(graph);

    fit(graph, 0, 1, sampler);

    assertThat(TinyLlama.changed(graph, before))
        .containsExactlyInAnyOrderElementsOf(sampler.changedWeights())
        .containsAll(TinyLlama.variables(model.layers(), 0, 2))
        .doesNotContainAnyElementsOf(TinyLlama.variables(model.layers(), 1));
  }

  private static Listener failing() {
    return new BaseListener() {
      @Override
      public boolean isActive(Operation operation) {
        return true;
      }

      @Override
      public void iterationStart(SameDiff sd, At at, MultiDataSet data, long milliseconds) {
        if (at.iteration() == 0) {
          return;
        }
        throw new IllegalStateException("listener failed");
      }
    };
  }
}
