package org.owlore.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import lombok.NonNull;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.graph.internals.GradientFunction;

/**
 * Runs a plan through ND4J.
 *
 * <p>All arrays are views of the workspace and all native calls are prepared when the plan is
 * bound, so that a run allocates nothing. Not thread-safe.
 */
public final class PlanExecutor implements AutoCloseable {
  private final TrainingPlan plan;
  private final SameDiff graph;
  private final Workspace workspace;
  private final Map<String, INDArray> arrays = new HashMap<>();
  private final Map<String, INDArray> boundGraphArrays = new HashMap<>();
  private final List<ReshapedCopy> reshapedCopies = new ArrayList<>();
  private final List<Action> actions = new ArrayList<>();
  private int boundGeneration = -1;

  /**
   * A graph array that is not contiguous, under another shape: no view of it exists, so that the
   * copy is made anew for each run.
   */
  private record ReshapedCopy(INDArray array, INDArray copy) {
    void refresh() {
      copy.assign(array.reshape('c', copy.shape()));
    }
  }

  /** One step, ready to run. */
  private record Action(Step step, Consumer<StepObserver> work, NativeCall call) {
    void run(StepObserver observer) {
      work.accept(observer);
    }

    void close() {
      if (call != null) {
        call.close();
      }
    }
  }

  /**
   * An executor of one plan.
   *
   * @param plan what to run; closed with the executor
   * @param graph holds the weights, which the plan reads and the observer updates
   * @param workspace memory to compute in, which may be shared between executors that take turns
   */
  public PlanExecutor(
      @NonNull TrainingPlan plan, @NonNull SameDiff graph, @NonNull Workspace workspace) {
    this.plan = plan;
    this.graph = graph;
    this.workspace = workspace;
  }

  /** What this executor runs. */
  public TrainingPlan plan() {
    return plan;
  }

  /**
   * Runs the plan once.
   *
   * @param placeholders an array for each placeholder, with the shapes the plan was compiled for
   * @param observer receives gradients and visited arrays
   * @throws IllegalArgumentException when a placeholder is missing or has another shape
   */
  public void run(@NonNull Map<String, INDArray> placeholders, @NonNull StepObserver observer) {
    prepare(placeholders);
    for (Action action : actions) {
      action.run(observer);
    }
  }

  /**
   * Runs the plan once and takes the time of each step.
   *
   * @return one entry a step that does something, in order; otherwise as {@link #run}
   */
  public Profile profile(
      @NonNull Map<String, INDArray> placeholders, @NonNull StepObserver observer) {
    prepare(placeholders);
    List<Profile.Entry> entries = new ArrayList<>(actions.size());
    for (Action action : actions) {
      long start = System.nanoTime();
      action.run(observer);
      entries.add(new Profile.Entry(action.step(), System.nanoTime() - start));
    }
    return new Profile(plan, entries);
  }

  private void prepare(Map<String, INDArray> placeholders) {
    workspace.reserve(plan.arenaLengths());
    if (boundGeneration != workspace.generation() || graphArraysReplaced()) {
      bind();
    }
    reshapedCopies.forEach(ReshapedCopy::refresh);
    plan.request().placeholders().keySet().forEach(name -> feed(name, placeholders.get(name)));
  }

  /**
   * An output of the last run, valid until the next run of any plan in this workspace.
   *
   * @throws IllegalArgumentException when the plan was not asked for that output
   */
  public INDArray output(String name) {
    if (!plan.request().outputs().contains(name)) {
      throw new IllegalArgumentException("The plan has no output \"" + name + "\".");
    }
    return arrays.get(name);
  }

  @Override
  public void close() {
    release();
    plan.close();
  }

  private void release() {
    actions.forEach(Action::close);
    actions.clear();
    arrays.clear();
    boundGraphArrays.clear();
    reshapedCopies.clear();
  }

  private boolean graphArraysReplaced() {
    return boundGraphArrays.entrySet().stream()
        .anyMatch(bound -> graphArray(bound.getKey()) != bound.getValue());
  }

  private void feed(String name, INDArray array) {
    INDArray slot = arrays.get(name);
    if (slot == null) {
      return;
    }
    if (array == null || !Arrays.equals(array.shape(), slot.shape())) {
      throw new IllegalArgumentException(
          "Placeholder \""
              + name
              + "\" must have shape "
              + Arrays.toString(slot.shape())
              + " but has "
              + (array == null ? "no array" : Arrays.toString(array.shape()))
              + ".");
    }
    slot.assign(array);
  }

  private void bind() {
    release();
    plan.values().forEach((name, value) -> arrays.put(name, array(value)));
    plan.steps().forEach(step -> actions.add(action(step)));
    actions.removeIf(Objects::isNull);
    boundGeneration = workspace.generation();
  }

  private INDArray array(Value value) {
    return switch (value.source()) {
      case WORKSPACE, PLACEHOLDER -> workspace.view(value.type(), plan.offsets().get(value.root()));
      case CONSTANT -> shaped(plan.constants().get(value.root()), value);
      case GRAPH -> {
        INDArray array = graphArray(value.root());
        boundGraphArrays.put(value.root(), array);
        yield shaped(array, value);
      }
    };
  }

  /** Constants that only the backward pass needs live in the gradient graph. */
  private INDArray graphArray(String name) {
    SameDiff owner = graph.hasVariable(name) ? graph : GradientFunction.of(graph);
    return owner.getArrForVarName(name);
  }

  private INDArray shaped(INDArray array, Value value) {
    long[] shape = value.type().dimensions();
    if (Arrays.equals(array.shape(), shape)) {
      return array;
    }
    INDArray reshaped = array.reshape('c', shape);
    if (reshaped.data().platformAddress() != array.data().platformAddress()) {
      reshapedCopies.add(new ReshapedCopy(array, reshaped));
    }
    return reshaped;
  }

  private Action action(Step step) {
    if (step instanceof Step.Update update) {
      INDArray gradient = arrays.get(update.gradient());
      return new Action(step, observer -> observer.gradient(update.variable(), gradient), null);
    }
    if (step instanceof Step.Visit visit) {
      INDArray array = arrays.get(visit.array());
      return new Action(step, observer -> observer.visit(visit.array(), array), null);
    }
    Step.Compute compute = (Step.Compute) step;
    return compute.operation().kind() == Operation.Kind.VIEW ? null : computation(compute);
  }

  private Action computation(Step.Compute compute) {
    NativeCall call =
        NativeCall.bind(
            compute.operation(),
            compute.inputs().stream().map(arrays::get).toList(),
            compute.outputs().stream().map(arrays::get).toList());
    return new Action(compute, observer -> call.run(), call);
  }
}
