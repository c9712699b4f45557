package org.owlore.cuda.lowering;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.cuda.program.AttentionForm;
import org.owlore.cuda.program.Instruction;
import org.owlore.cuda.program.Precision;
import org.owlore.cuda.program.Program;
import org.owlore.engine.Engine;
import org.owlore.engine.PlanCompiler;
import org.owlore.engine.PlanRequest;
import org.owlore.finetune.Batch;
import org.owlore.graph.GraphPreparation;
import org.owlore.graph.LanguageModel;
import org.owlore.precision.StorageType;
import org.owlore.testing.TinyLlama;

class FusionTest {
  private final SameDiff graph = SameDiff.create();
  private final Map<String, INDArray> batch = Map.of("x", Nd4j.rand(DataType.FLOAT, 8, 6));
  private final SDVariable x = graph.placeHolder("x", DataType.FLOAT, 8, 6);

  private Program program(String output) {
    PlanRequest request =
        PlanRequest.builder().output(output).placeholders(Engine.types(batch)).build();
    return ProgramCompiler.compile(
        new PlanCompiler(graph).compile(request), Precision.FLOAT32, AttentionForm.PRODUCTS);
  }

  private static long launches(Program program) {
    return program.instructions().stream().filter(Instruction.Launch.class::isInstance).count();
  }

  @Test
  void elementwiseStepsThatFollowEachOtherAreOneKernel() {
    graph.math.tanh(x.mul(2).add(1)).sub(x).rename("out");

    assertThat(launches(program("out"))).isEqualTo(1);
  }

  @Test
  void slicingTurningAndJoiningCostNoKernelOfTheirOwn() {
    SDVariable turned = x.reshape(2, 4, 6).permute(1, 0, 2);
    SDVariable low =
        graph.stridedSlice(turned, new long[] {0, 0, 0}, new long[] {4, 2, 3}, 1, 1, 1);
    SDVariable high =
        graph.stridedSlice(turned, new long[] {0, 0, 3}, new long[] {4, 2, 6}, 1, 1, 1);
    graph.concat(2, high.neg(), low).mul(3).rename("out");

    assertThat(launches(program("out"))).isEqualTo(1);
  }

  @Test
  void whatLeadsToAReductionIsPartOfItsKernel() {
    x.mul(x).mul(0.5).sum(1).rename("out");

    assertThat(launches(program("out"))).isEqualTo(1);
  }

  @Test
  void aChainThatIsReadTwiceIsComputedOnceIfItComesFromSeveralArrays() {
    SDVariable weight = graph.var("w", Nd4j.rand(DataType.FLOAT, 8, 6));
    SDVariable both = x.mul(weight);
    graph.mmul(graph.math.exp(both), graph.math.tanh(both), true, false, false).rename("out");

    assertThat(launches(program("out"))).isEqualTo(3);
  }

  @Test
  void aLlamaKeepsFewerActivationsThanOnTheHost() {
    LanguageModel model = TinyLlama.untied(1);
    Program program = program(model, Precision.FLOAT32);

    assertThat(program.arenaBytes()).isLessThan(program.plan().workspaceBytes());
  }

  @Test
  void aBlockIsElevenKernelsAndNineProductsForward() {
    LanguageModel model = TinyLlama.untied(1);
    List<Instruction> all = program(model, Precision.FLOAT32).instructions();
    int start = position(all, "model.layers.1.input");
    List<Instruction> block = all.subList(start + 1, position(all, "model.layers.2.input"));

    assertThat(block).filteredOn(Instruction.Multiply.class::isInstance).hasSize(9);
    assertThat(block).filteredOn(Instruction.Launch.class::isInstance).hasSize(11);
  }

  @Test
  void narrowWeightsAreMultipliedWithoutAWideCopy() {
    LanguageModel model = TinyLlama.stored(StorageType.BF16, TinyLlama.config().build(), 1);
    Program program = program(model, Precision.BF16);

    assertThat(program.instructions())
        .filteredOn(Instruction.Multiply.class::isInstance)
        .extracting(instruction -> ((Instruction.Multiply) instruction).right())
        .contains("model.layers.0.self_attn.q_proj.weight", "lm_head.weight");
  }

  private static int position(List<Instruction> all, String written) {
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).writes().contains(written)) {
        return i;
      }
    }
    throw new AssertionError("Nothing writes " + written);
  }

  private static Program program(LanguageModel model, Precision precision) {
    GraphPreparation.prepare(model.graph());
    Set<String> trained = new LinkedHashSet<>(TinyLlama.variables(model.layers(), 0, 1, 2));
    try (Batch rows = TinyLlama.batch(2, 8, 1)) {
      PlanRequest request =
          PlanRequest.builder()
              .output(model.loss())
              .trained(trained)
              .placeholders(Engine.types(rows.placeholders()))
              .build();
      return ProgramCompiler.compile(
          new PlanCompiler(model.graph()).compile(request), precision, AttentionForm.PRODUCTS);
    }
  }
}
