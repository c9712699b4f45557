package org.owlore.finetune;

import java.util.Set;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.engine.Engine;
import org.owlore.engine.PlanExecutor;
import org.owlore.engine.Profile;
import org.owlore.engine.StepObserver;
import org.owlore.graph.LanguageModel;

/** Trains where ND4J computes, on the graph's own weights. */
final class Host implements TrainingDevice {
  private final FrozenState frozenState;
  private final Engine engine;
  private final Optimizer optimizer;
  private final long weightBytes;

  Host(LanguageModel model, FineTuneConfiguration configuration, Set<String> projected) {
    this.frozenState = configuration.frozenState();
    this.engine = new Engine(model.graph());
    this.optimizer = new Optimizer(model.graph(), configuration, projected);
    this.weightBytes = weightBytes(model.graph());
  }

  @Override
  public void begin() {
    optimizer.dropMastersOfAllBut(Set.of());
  }

  @Override
  public void freezeAllBut(Set<String> trained) {
    optimizer.dropMastersOfAllBut(trained);
    if (frozenState == FrozenState.DROPPED) {
      optimizer.dropAllBut(trained);
    }
  }

  @Override
  public Outcome step(Step step) {
    PlanExecutor executor = engine.executor(step.request());
    Profile profile = executor.profile(step.placeholders(), new Updates(step));
    return new Outcome(executor.output(step.loss()).getDouble(0), profile);
  }

  @Override
  public MemoryReport memory() {
    return new MemoryReport(weightBytes, optimizer.bytes(), engine.workspaceBytes());
  }

  @Override
  public void end(Set<String> trained) {}

  @Override
  public void close() {
    engine.close();
    optimizer.close();
  }

  /** Checks the loss before the first update of a step, then updates weight by weight. */
  private final class Updates implements StepObserver {
    private final Step step;

    Updates(Step step) {
      this.step = step;
    }

    @Override
    public void visit(String name, INDArray loss) {
      TrainingDevice.requireFiniteLoss(loss.getDouble(0), step.number());
    }

    @Override
    public void gradient(String variable, INDArray gradient) {
      step.aboutToUpdate().accept(variable);
      optimizer.update(variable, gradient, step.number(), step.epoch());
    }
  }

  private static long weightBytes(SameDiff graph) {
    return graph.variables().stream()
        .filter(variable -> variable.getVariableType() == VariableType.VARIABLE)
        .map(SDVariable::getArr)
        .mapToLong(array -> array.length() * array.dataType().width())
        .sum();
  }
}
