package org.owlore.cuda.training;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.nd4j.autodiff.samediff.SameDiff;
import org.owlore.cuda.device.Device;
import org.owlore.cuda.device.GrowingMemory;
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

  Programs(Device device, SameDiff graph, Precision precision) {
    this.device = device;
    this.graph = graph;
    this.precision = precision;
    this.compiler = new PlanCompiler(graph);
    this.resident = new ResidentArrays(device, graph);
    this.arena = new GrowingMemory(device);
  }

  ProgramExecutor executor(PlanRequest request) {
    ProgramExecutor known = executors.get(request);
    if (known == null) {
      known =
          new ProgramExecutor(
              ProgramCompiler.compile(compiler.compile(request), precision, AttentionForm.FUSED),
              device,
              resident,
              arena);
      executors.put(request, known);
      evictOldest();
    }
    return known;
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

  /** After a shortage of memory: programs may be half bound. */
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
