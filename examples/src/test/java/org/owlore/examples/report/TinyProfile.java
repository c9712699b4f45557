package org.owlore.examples.report;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.owlore.engine.ArrayType;
import org.owlore.engine.PlanCompiler;
import org.owlore.engine.PlanRequest;
import org.owlore.engine.Profile;
import org.owlore.engine.Step;
import org.owlore.engine.TrainingPlan;
import org.owlore.graph.GraphPreparation;
import org.owlore.graph.LanguageModel;
import org.owlore.huggingface.Architecture;
import org.owlore.huggingface.HuggingFaceConfig;
import org.owlore.huggingface.LlamaGraph;
import org.owlore.huggingface.RandomWeights;

/** Plans of a Llama with three blocks, and profiles of runs that never happened. */
public final class TinyProfile {
  private TinyProfile() {}

  /** A run that did nothing. */
  public static Profile empty() {
    LanguageModel model = model(false);
    return new Profile(plan(model, Set.of(model.layers().finalNorm().get(0))), List.of());
  }

  /** A run in which each step took a millisecond. */
  static Profile ofMilliseconds(TrainingPlan plan) {
    return new Profile(
        plan,
        plan.steps().stream()
            .filter(step -> !(step instanceof Step.Compute compute && isView(compute)))
            .map(step -> new Profile.Entry(step, 1_000_000))
            .toList());
  }

  static TrainingPlan plan(LanguageModel model, Set<String> trained) {
    return plan(model, trained, Set.of());
  }

  static TrainingPlan plan(LanguageModel model, Set<String> trained, Set<String> checkpoints) {
    ArrayType type = ArrayType.of(DataType.INT32, 2, 8);
    PlanRequest request =
        PlanRequest.builder()
            .output(model.loss())
            .visit(model.loss())
            .trained(trained)
            .checkpoints(checkpoints)
            .placeholders(
                Map.of(
                    LanguageModel.INPUT_IDS, type,
                    LanguageModel.ATTENTION_MASK, type,
                    LanguageModel.LABELS, type))
            .build();
    return new PlanCompiler(model.graph()).compile(request);
  }

  static LanguageModel model(boolean tied) {
    HuggingFaceConfig config =
        HuggingFaceConfig.builder()
            .architecture(Architecture.LLAMA)
            .vocabularySize(20)
            .hiddenSize(8)
            .intermediateSize(12)
            .layers(3)
            .heads(2)
            .keyValueHeads(2)
            .headDimension(4)
            .maximumLength(16)
            .tiedEmbedding(tied)
            .build();
    LanguageModel model = LlamaGraph.build(config, new RandomWeights(config, 1));
    GraphPreparation.prepare(model.graph());
    return model;
  }

  private static boolean isView(Step.Compute compute) {
    return compute.operation().is("view");
  }
}
