package org.owlore.cuda.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.owlore.cuda.device.DeviceException;
import org.owlore.cuda.program.AttentionForm;
import org.owlore.cuda.program.Precision;
import org.owlore.cuda.testing.InterpretedDevice;
import org.owlore.engine.Engine;
import org.owlore.engine.PlanRequest;
import org.owlore.finetune.Batch;
import org.owlore.finetune.BatchSource;
import org.owlore.finetune.FineTuneConfiguration;
import org.owlore.finetune.FineTuner;
import org.owlore.finetune.Method;
import org.owlore.finetune.StepListener;
import org.owlore.graph.GraphPreparation;
import org.owlore.graph.LanguageModel;
import org.owlore.testing.TinyLlama;

class AttentionTrialTest {
  private static final int STEPS = 3;
  private static final int LENGTH = 32;

  /** A forward pass and two backward ones for each of the three layers. */
  private static final int PASSES = 9;

  private static final int TRIAL = 4 * PASSES;

  private InterpretedDevice device = new InterpretedDevice();

  /** A clock on which a run takes the next of some times, the last one from then on. */
  private static LongSupplier clock(long... times) {
    return new LongSupplier() {
      private int readings;
      private long now;

      @Override
      public long getAsLong() {
        int run = readings / 2;
        now += readings++ % 2 == 0 ? 0 : times[Math.min(run, times.length - 1)];
        return now;
      }
    };
  }

  private static LongSupplier productsAreFaster() {
    return clock(9, 10, 10, 10, 9, 8, 12, 12);
  }

  private List<Double> losses(AttentionForm attention, LongSupplier clock, BatchSource batches) {
    return losses(TinyLlama.untied(1), attention, clock, batches);
  }

  private List<Double> losses(
      LanguageModel trained, AttentionForm attention, LongSupplier clock, BatchSource batches) {
    DeviceOptions options = new DeviceOptions(Precision.FLOAT32, attention, false);
    try (FineTuner tuner =
        new FineTuner(
            trained,
            FineTuneConfiguration.builder().method(Method.FULL).build(),
            (model, configuration, projected) ->
                new DeviceTraining(
                    device,
                    model,
                    configuration,
                    projected,
                    options,
                    new AttentionTrial(device, clock)))) {
      return tuner.fit(batches, STEPS, StepListener.NONE).losses();
    }
  }

  private List<Double> tried(LongSupplier clock) {
    return losses(null, clock, TinyLlama.batches(2, 2, LENGTH));
  }

  @Test
  void attentionIsFusedWhereThatIsFaster() {
    tried(clock(9, 10, 10, 10, 9, 11, 11, 11));

    assertThat(device.getAttentions()).isEqualTo(TRIAL + STEPS * PASSES);
  }

  @Test
  void attentionIsMadeOfProductsWhereThatIsFaster() {
    tried(productsAreFaster());

    assertThat(device.getAttentions()).isEqualTo(TRIAL);
  }

  @Test
  void productsThatSaveLittleTimeAreNotWorthTheirMemory() {
    tried(clock(9, 100, 100, 100, 9, 96, 96, 96));

    assertThat(device.getAttentions()).isEqualTo(TRIAL + STEPS * PASSES);
  }

  @Test
  void aTrialChangesNoLoss() {
    BatchSource batches = TinyLlama.batches(2, 2, LENGTH);
    List<Double> expected = losses(AttentionForm.PRODUCTS, clock(1), batches);

    assertThat(tried(productsAreFaster())).isEqualTo(expected);
  }

  /** The memory of placeholders is used again within a run. */
  @Test
  void everyRunOfATrialIsSentTheBatch() {
    losses(AttentionForm.PRODUCTS, clock(1), TinyLlama.batches(2, 2, LENGTH));
    int usual = device.getUploads();
    device = new InterpretedDevice();

    tried(productsAreFaster());

    int runs = 2 * 4;
    int placeholders = 3;
    assertThat(device.getUploads() - usual)
        .as("besides constants")
        .isGreaterThanOrEqualTo(runs * placeholders);
  }

  @Test
  void formsThatFindDifferentLossesEndTheRun() {
    LanguageModel right = TinyLlama.untied(1);
    LanguageModel wrong = TinyLlama.untied(1);
    wrong.graph().getArrForVarName("lm_head.weight").muli(30);
    GraphPreparation.prepare(right.graph());
    GraphPreparation.prepare(wrong.graph());
    DeviceOptions options = new DeviceOptions(Precision.FLOAT32, AttentionForm.FUSED, false);

    try (Batch batch = TinyLlama.batch(2, 6, 1);
        Programs one = new Programs(device, right.graph(), options);
        Programs other = new Programs(device, wrong.graph(), options)) {
      PlanRequest request =
          PlanRequest.builder()
              .visit(right.loss())
              .placeholders(Engine.types(batch.placeholders()))
              .build();
      AttentionTrial trial = new AttentionTrial(device, clock(1));

      assertThatThrownBy(
              () ->
                  trial.faster(
                      one.executor(request), other.executor(request), batch.placeholders()))
          .isInstanceOf(DeviceException.class)
          .hasMessageMatching(
              "The device finds a loss of \\S+ with attention in one go, and of \\S+ with attention as products: one of them is wrong\\. Set OWLORE_CUDA_ATTENTION to products, compare with --device cpu, and report this\\.");
    }
  }

  @Test
  void aLossThatIsNoNumberInBothFormsIsLeftToTheStep() {
    LanguageModel model = TinyLlama.untied(1);
    model.graph().getArrForVarName("model.norm.weight").assign(Double.NaN);

    assertThatThrownBy(() -> losses(model, null, clock(1), TinyLlama.batches(2, 2, LENGTH)))
        .hasMessageStartingWith("The loss is NaN at step 0: ");
  }

  @Test
  void productsThatDoNotFitAreNotTaken() {
    device = new InterpretedDevice(bytesOfFused(TinyLlama.batches(2, 2, LENGTH)));

    tried(productsAreFaster());

    assertThat(device.getAttentions()).isEqualTo(TRIAL + STEPS * PASSES);
  }

  @Test
  void productsAreGivenUpWhenLongerRowsDoNotFit() {
    BatchSource growing = growing();
    device = new InterpretedDevice(bytesOfFused(growing));

    losses(null, productsAreFaster(), growing);

    assertThat(device.getAttentions()).isEqualTo(TRIAL + PASSES);
  }

  /** Short rows, and long ones in the last step. */
  private static BatchSource growing() {
    return new BatchSource() {
      @Override
      public long stepsPerEpoch() {
        return STEPS;
      }

      @Override
      public Batch batch(long step) {
        return TinyLlama.batch(2, step == STEPS - 1 ? LENGTH : 6, step);
      }
    };
  }

  /** What a run holds at its end, which is the most that it holds. */
  private long bytesOfFused(BatchSource batches) {
    long[] bytes = new long[1];
    DeviceOptions options = new DeviceOptions(Precision.FLOAT32, AttentionForm.FUSED, false);
    try (FineTuner tuner =
        new FineTuner(
            TinyLlama.untied(1),
            FineTuneConfiguration.builder().method(Method.FULL).build(),
            (model, configuration, projected) ->
                new DeviceTraining(device, model, configuration, projected, options))) {
      tuner.fit(batches, STEPS, StepListener.NONE);
      bytes[0] = device.getLiveBytes();
    }
    return bytes[0];
  }
}
