package org.owlore.examples.benchmark;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import lombok.NonNull;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.engine.ArrayType;
import org.owlore.engine.Operation;
import org.owlore.engine.PlanCompiler;
import org.owlore.engine.PlanRequest;
import org.owlore.engine.Step;
import org.owlore.engine.TrainingPlan;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.LayerMap;

/**
 * The matrix products of a step and nothing else: the physical limit. All operands of one shape
 * share a buffer, so that the products have the caches to themselves.
 */
public final class BareProducts implements Contender {
  /** What this contender is called. */
  public static final String NAME = "products";

  private static final String PRODUCT = "matmul";

  private final LanguageModel model;
  private final Workload workload;
  private final Map<Set<String>, List<Product>> products = new HashMap<>();
  private final Map<ArrayType, INDArray> operands = new HashMap<>();
  private final Map<ArrayType, INDArray> results = new HashMap<>();

  /** One product, ready to run. */
  private record Product(DynamicCustomOp operation, OpContext context) {
    void run() {
      Nd4j.getExecutioner().exec(operation, context);
    }
  }

  /** The products of a model's steps. */
  public BareProducts(@NonNull LanguageModel model, @NonNull Workload workload) {
    this.model = model;
    this.workload = workload;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Timing step(Turn turn) {
    List<Product> todo = products.computeIfAbsent(trained(turn.blocks()), this::products);
    long start = System.nanoTime();
    todo.forEach(Product::run);
    return Timing.of((System.nanoTime() - start) / 1e6);
  }

  private Set<String> trained(List<Integer> blocks) {
    LayerMap layers = model.layers();
    Set<String> trained = new TreeSet<>(layers.embedding());
    trained.addAll(layers.finalNorm());
    trained.addAll(layers.head());
    blocks.forEach(block -> trained.addAll(layers.layers().get(block).variables()));
    return trained;
  }

  private List<Product> products(Set<String> trained) {
    ArrayType ids = ids();
    PlanRequest request =
        PlanRequest.builder()
            .output(model.loss())
            .trained(trained)
            .placeholders(
                Map.of(
                    LanguageModel.INPUT_IDS, ids,
                    LanguageModel.ATTENTION_MASK, ids,
                    LanguageModel.LABELS, ids))
            .build();
    try (TrainingPlan plan = new PlanCompiler(model.graph()).compile(request)) {
      List<Product> found = new ArrayList<>();
      for (Step step : plan.steps()) {
        if (step instanceof Step.Compute compute && compute.operation().is(PRODUCT)) {
          found.add(product(compute, plan));
        }
      }
      return found;
    }
  }

  private ArrayType ids() {
    return ArrayType.of(DataType.INT32, workload.batch(), workload.length());
  }

  private Product product(Step.Compute compute, TrainingPlan plan) {
    Operation operation = compute.operation();
    DynamicCustomOp op = DynamicCustomOp.builder(operation.name()).build();
    OpContext context = Nd4j.getExecutioner().buildContext();
    context.setInputArrays(
        compute.inputs().stream()
            .map(name -> operands.computeIfAbsent(type(plan, name), BareProducts::operand))
            .toArray(INDArray[]::new));
    context.setOutputArrays(
        compute.outputs().stream()
            .map(name -> results.computeIfAbsent(type(plan, name), BareProducts::result))
            .toArray(INDArray[]::new));
    context.setIArguments(operation.integers().stream().mapToLong(Long::longValue).toArray());
    context.setTArguments(operation.reals().stream().mapToDouble(Double::doubleValue).toArray());
    return new Product(op, context);
  }

  private static ArrayType type(TrainingPlan plan, String array) {
    return plan.values().get(array).type();
  }

  private static INDArray operand(ArrayType type) {
    return Nd4j.rand(type.dataType(), type.dimensions());
  }

  private static INDArray result(ArrayType type) {
    return Nd4j.createUninitialized(type.dataType(), type.dimensions());
  }

  @Override
  public void close() {
    products.values().stream().flatMap(List::stream).forEach(BareProducts::release);
    products.clear();
    operands.values().forEach(INDArray::close);
    results.values().forEach(INDArray::close);
  }

  private static void release(Product product) {
    try {
      product.context().close();
    } catch (Exception e) {
      throw new IllegalStateException("A native operation context could not be released.", e);
    }
  }
}
