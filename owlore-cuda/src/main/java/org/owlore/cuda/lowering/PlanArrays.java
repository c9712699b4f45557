package org.owlore.cuda.lowering;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import lombok.Getter;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.cuda.lowering.operations.Meaning;
import org.owlore.cuda.lowering.operations.Meanings;
import org.owlore.engine.ArrayType;
import org.owlore.engine.Operation;
import org.owlore.engine.Step;
import org.owlore.engine.TrainingPlan;
import org.owlore.engine.Value;

/** What a plan says of each array: how it is made, whose view it is, who reads it. */
@Getter
final class PlanArrays {
  private static final long LARGEST_LOOKED_THROUGH = 1 << 20;

  private final TrainingPlan plan;

  /** What each array that an operation makes, views apart, is made by. */
  private final Map<String, Maker> makers = new LinkedHashMap<>();

  /** The same for the arrays within an attention, which are never in memory. */
  private final Map<String, Maker> absorbed = new HashMap<>();

  private final Map<String, String> viewed = new HashMap<>();
  private final Map<String, Double> uniform = new HashMap<>();

  /**
   * How an array is made.
   *
   * @param position of the step in the plan
   * @param step what makes it
   * @param output which of the step's outputs it is
   * @param meaning of the operation
   */
  record Maker(int position, Step.Compute step, int output, Meaning meaning) {}

  PlanArrays(TrainingPlan plan) {
    this.plan = plan;
    plan.constants().forEach(this::noteIfUniform);
    for (int i = 0; i < plan.steps().size(); i++) {
      if (plan.steps().get(i) instanceof Step.Compute step) {
        take(i, step);
      }
    }
  }

  ArrayType type(String name) {
    return plan.values().get(name).type();
  }

  /** The array whose elements, in the same order, a view shows; the array itself if it is none. */
  String origin(String name) {
    String origin = name;
    while (viewed.containsKey(origin)) {
      origin = viewed.get(origin);
    }
    return origin;
  }

  Value.Source source(String origin) {
    return plan.values().get(origin).source();
  }

  /** How an array is made; null when it is an input. */
  Maker maker(String origin) {
    Maker maker = makers.get(origin);
    return maker == null ? absorbed.get(origin) : maker;
  }

  /** Makes what an attention makes in one go, and nothing of what it absorbs. */
  void fuse(FusedAttention attention) {
    attention.absorbed().forEach(name -> absorbed.put(name, makers.remove(name)));
    if (attention.output() != null) {
      String output = attention.output().name();
      Set<String> operands = Set.copyOf(attention.operands());
      makers.put(
          output,
          remade(output, makers.get(output).position(), operands, attention.scoreSources()));
    }
    if (attention.gradient() != null) {
      int position = attention.gradientPosition(this);
      Set<String> operands = Set.copyOf(attention.gradientOperands());
      for (String result : attention.gradient().results()) {
        makers.put(result, remade(result, position, operands, attention.gradientReads()));
      }
    }
  }

  private Maker remade(String name, int position, Set<String> operands, Set<String> sources) {
    Maker maker = makers.get(name);
    return new Maker(
        position, maker.step(), maker.output(), new Meaning.Attention(operands, sources));
  }

  /** The number that a constant of the plan holds everywhere. */
  OptionalDouble uniform(String origin) {
    Double number = uniform.get(origin);
    return number == null ? OptionalDouble.empty() : OptionalDouble.of(number);
  }

  private void take(int position, Step.Compute step) {
    for (String name : step.outputs()) {
      if (type(name).length() == 0) {
        throw new UnsupportedOperationException(
            "The CUDA device has no arrays without elements, but \"%s\" has shape %s: train this model with --device cpu."
                .formatted(name, type(name).shape()));
      }
    }
    if (step.operation().kind() == Operation.Kind.VIEW) {
      viewed.put(step.outputs().get(0), step.inputs().get(0));
      return;
    }
    Meaning meaning = meaning(step);
    for (int output = 0; output < step.outputs().size(); output++) {
      makers.put(step.outputs().get(output), new Maker(position, step, output, meaning));
    }
  }

  /** A product with a vector of equal numbers is a sum over each row. */
  private Meaning meaning(Step.Compute step) {
    Meaning meaning =
        Meanings.of(
            new Meanings.Call(step.operation(), types(step.inputs()), types(step.outputs())));
    if (meaning instanceof Meaning.Product product && !product.transposeLeft()) {
      OptionalDouble number = uniform(origin(step.inputs().get(1)));
      boolean vector = type(step.inputs().get(1)).rank() == 1;
      if (vector && number.isPresent() && type(step.inputs().get(0)).rank() == 2) {
        return Meaning.rowSums(number.getAsDouble() * product.factor());
      }
    }
    return meaning;
  }

  private List<ArrayType> types(List<String> names) {
    return names.stream().map(this::type).toList();
  }

  private void noteIfUniform(String name, INDArray constant) {
    if (constant.dataType().isFPType()
        && constant.length() > 0
        && constant.length() <= LARGEST_LOOKED_THROUGH) {
      double least = constant.minNumber().doubleValue();
      if (least == constant.maxNumber().doubleValue()) {
        uniform.put(name, least);
      }
    }
  }
}
