package org.owlore.galore;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * All that the optimizer of one parameter carries from step to step, and its form as named arrays,
 * in which it is saved. This one holds arrays of its own, made at the first step.
 */
class ParameterState implements AutoCloseable {
  private static final String SHAPE = "shape";
  private static final String STEP = "step";
  private static final String PROJECTING = "projecting";
  private static final String FIRST = "firstMoment";
  private static final String SECOND = "secondMoment";
  private static final String LEFT = "leftBasis";
  private static final String RIGHT = "rightBasis";

  /** The parameter's shape; null until it is known. */
  long[] shape;

  /** Steps done. */
  long step;

  /** Whether the parameter may be projected at all. */
  boolean projecting = true;

  /** Null for plain AdamW, and before the first step. */
  Subspace subspace;

  /** Null before the first step. */
  AdamMoments moments;

  ParameterState() {}

  /** The state of a parameter whose shape only its first gradient will tell. */
  static ParameterState unknown() {
    return new ParameterState();
  }

  /** The state of a parameter before its first step. */
  static ParameterState fresh(long... shape) {
    ParameterState state = new ParameterState();
    state.shape = shape.clone();
    return state;
  }

  /** The state that {@link #toArrays} wrote; takes the arrays over. */
  static ParameterState restore(Map<String, INDArray> arrays) {
    boolean complete = arrays.containsKey(STEP) && arrays.containsKey(PROJECTING);
    if (!complete || arrays.containsKey(FIRST) != arrays.containsKey(SECOND)) {
      throw new IllegalArgumentException(
          "The saved state of a GaLore updater must hold '%s', '%s' and both moments or none, but holds %s: it was saved by another updater."
              .formatted(STEP, PROJECTING, arrays.keySet()));
    }
    ParameterState state = new ParameterState();
    state.step = arrays.get(STEP).getLong(0);
    state.projecting = arrays.get(PROJECTING).getLong(0) != 0;
    if (arrays.containsKey(SHAPE)) {
      state.shape = arrays.get(SHAPE).toLongVector();
    }
    if (arrays.containsKey(FIRST)) {
      state.moments = new AdamMoments(arrays.get(FIRST), arrays.get(SECOND));
    }
    if (arrays.containsKey(LEFT) || arrays.containsKey(RIGHT)) {
      state.subspace = new Subspace(arrays.get(LEFT), arrays.get(RIGHT));
    }
    return state;
  }

  /** Gets ready for a step. */
  void load() {}

  /** Makes sure that there are moments; new ones are zero. */
  void startMoments(DataType type, char order, long... shape) {
    if (moments == null) {
      moments = AdamMoments.zeros(type, order, shape);
    }
  }

  /** Takes a new subspace over and releases the former one. */
  void replaceSubspace(Subspace next) {
    if (subspace != null) {
      subspace.close();
    }
    subspace = next;
  }

  /** Counts a step that is done. */
  void countStep() {
    step++;
  }

  /** The state as arrays: the live moments and bases, not copies, and small arrays for the rest. */
  Map<String, INDArray> toArrays() {
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    arrays.put(STEP, Nd4j.createFromArray(step));
    arrays.put(PROJECTING, Nd4j.createFromArray(projecting ? 1L : 0L));
    if (shape != null && shape.length > 0) {
      arrays.put(SHAPE, Nd4j.createFromArray(shape));
    }
    if (moments != null) {
      arrays.put(FIRST, moments.first());
      arrays.put(SECOND, moments.second());
    }
    if (subspace != null && subspace.left() != null) {
      arrays.put(LEFT, subspace.left());
    }
    if (subspace != null && subspace.right() != null) {
      arrays.put(RIGHT, subspace.right());
    }
    return arrays;
  }

  /** Bytes of moments and bases. */
  long bytes() {
    return (moments == null ? 0 : moments.bytes()) + (subspace == null ? 0 : subspace.bytes());
  }

  /** Back to before the first step; the decision on projection stays. */
  @Override
  public void close() {
    if (moments != null) {
      moments.close();
    }
    if (subspace != null) {
      subspace.close();
    }
    moments = null;
    subspace = null;
    step = 0;
  }
}
