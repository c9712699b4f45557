package org.owlore.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import lombok.NonNull;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Compiles and runs plans for one graph, and keeps the compiled ones: a request that was seen
 * before costs nothing.
 */
public final class Engine implements AutoCloseable {
  private static final int PLANS_KEPT = 64;

  private final SameDiff graph;
  private final PlanCompiler compiler;
  private final Workspace workspace = new Workspace();
  private final Map<PlanRequest, PlanExecutor> executors = new LinkedHashMap<>(16, 0.75f, true);

  /** An engine for a prepared graph, whose weights it reads and never copies. */
  public Engine(@NonNull SameDiff graph) {
    this.graph = graph;
    this.compiler = new PlanCompiler(graph);
  }

  /** The executor of a request, compiled when it is asked for the first time. */
  public PlanExecutor executor(@NonNull PlanRequest request) {
    PlanExecutor known = executors.get(request);
    if (known != null) {
      return known;
    }
    PlanExecutor made = new PlanExecutor(compiler.compile(request), graph, workspace);
    executors.put(request, made);
    evictOldest();
    return made;
  }

  /** The types of arrays, as a request wants them. */
  public static Map<String, ArrayType> types(@NonNull Map<String, INDArray> placeholders) {
    Map<String, ArrayType> types = new LinkedHashMap<>();
    placeholders.forEach((name, array) -> types.put(name, ArrayType.of(array)));
    return types;
  }

  /** Bytes held for activations, gradients and temporaries. */
  public long workspaceBytes() {
    return workspace.bytes();
  }

  @Override
  public void close() {
    executors.values().forEach(PlanExecutor::close);
    executors.clear();
    workspace.close();
  }

  private void evictOldest() {
    if (executors.size() > PLANS_KEPT) {
      PlanRequest oldest = executors.keySet().iterator().next();
      executors.remove(oldest).close();
    }
  }
}
