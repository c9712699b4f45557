package org.owlore.cuda.training;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.cuda.device.Device;
import org.owlore.cuda.device.GrowingMemory;
import org.owlore.cuda.device.OutOfDeviceMemoryException;
import org.owlore.cuda.device.Place;
import org.owlore.cuda.execution.ProgramExecutor;
import org.owlore.cuda.execution.ResidentArrays;
import org.owlore.cuda.lowering.ProgramCompiler;
import org.owlore.cuda.program.AttentionForm;
import org.owlore.cuda.program.Precision;
import org.owlore.engine.PlanCompiler;
import org.owlore.engine.PlanRequest;

/**
 * The programs of one graph on one device: compiled when they are asked for first, all over the
 * same weights and in the same memory.
 */
final class Programs implements AutoCloseable {
  private static final int PROGRAMS_KEPT = 64;

  private final Device device;
  private final SameDiff graph;
  private final Precision precision;
  private final PlanCompiler compiler;
  private final ResidentArrays resident;
  private final GrowingMemory arena;
  private final Map<PlanRequest, ProgramExecutor> executors = new LinkedHashMap<>(16, 0.75f, true);

  /** Whether the settings leave it open how attention is computed, so that it may be changed. */
  private final boolean open;

  /** How attention is computed; null until it is known. */
  private AttentionForm attention;

  Programs(Device device, SameDiff graph, DeviceOptions options) {
    this.device = device;
    this.graph = graph;
    this.precision = options.precision();
    this.attention = options.on(device.description()).attention();
    this.open = attention == null;
    this.compiler = new PlanCompiler(graph);
    this.resident = new ResidentArrays(device, graph);
    this.arena = new GrowingMemory(device);
  }

  /** The program of a request, with attention in one go as long as it is not known better. */
  ProgramExecutor executor(PlanRequest request) {
    ProgramExecutor known = executors.get(request);
    if (known == null) {
      known = compiled(request, attention == null ? AttentionForm.FUSED : attention);
      executors.put(request, known);
      evictOldest();
    }
    return known;
  }

  /**
   * Decides how attention is computed, if that is open and the request has any.
   *
   * @throws OutOfDeviceMemoryException when the request does not fit
   */
  void chooseAttention(
      AttentionTrial trial, PlanRequest request, Map<String, INDArray> placeholders) {
    if (attention != null || !executor(request).program().attends()) {
      return;
    }
    try (ProgramExecutor products = compiled(request, AttentionForm.PRODUCTS)) {
      attention = trial.faster(executor(request), products, placeholders);
    }
    releaseWorkspace();
  }

  /** Computes attention in a form without trying, if the settings leave it open. */
  void prefer(AttentionForm form) {
    if (attention == null) {
      attention = form;
    }
  }

  /**
   * Takes the memory for something; when it is short, once more with attention in one go, if it was
   * not and may be.
   *
   * @throws OutOfDeviceMemoryException when that does not fit either
   */
  <T> T withinMemory(Supplier<T> taking) {
    try {
      return taking.get();
    } catch (OutOfDeviceMemoryException e) {
      if (!open || attention == AttentionForm.FUSED) {
        throw e;
      }
      attention = AttentionForm.FUSED;
      releaseWorkspace();
      return taking.get();
    }
  }

  Place weight(String variable) {
    return resident.place(variable);
  }

  /** Copies variables back into the graph. */
  void download(Set<String> variables) {
    resident.download(variables);
  }

  /** The graph's arrays may be others by now: they are uploaded anew. */
  void forgetWeights() {
    closeExecutors();
    resident.close();
  }

  /** Lets go of all memory but the weights'; programs may be half bound. */
  void releaseWorkspace() {
    closeExecutors();
    arena.close();
  }

  long weightBytes() {
    return resident.bytes();
  }

  long workspaceBytes() {
    return arena.bytes();
  }

  @Override
  public void close() {
    closeExecutors();
    resident.close();
    arena.close();
  }

  private ProgramExecutor compiled(PlanRequest request, AttentionForm form) {
    return new ProgramExecutor(
        ProgramCompiler.compile(compiler.compile(request), precision, form),
        device,
        resident,
        arena);
  }

  private void closeExecutors() {
    executors.values().forEach(ProgramExecutor::close);
    executors.clear();
  }

  private void evictOldest() {
    if (executors.size() > PROGRAMS_KEPT) {
      PlanRequest oldest = executors.keySet().iterator().next();
      executors.remove(oldest).close();
    }
  }
}
