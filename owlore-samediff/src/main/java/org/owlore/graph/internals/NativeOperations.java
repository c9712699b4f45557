package org.owlore.graph.internals;

import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.imports.converters.DifferentialFunctionClassHolder;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.factory.Nd4j;

/** Makes ND4J operations from their names. */
public final class NativeOperations {

  private NativeOperations() {}

  /** Whether the native library has a custom operation of that name. */
  public static boolean isCustom(String name) {
    return Nd4j.getExecutioner().getCustomOperations().containsKey(name);
  }

  /**
   * A new elementwise operation (transform or scalar), without arrays.
   *
   * @throws UnsupportedOperationException when there is none of that name
   */
  public static Op elementwise(String name) {
    DifferentialFunction prototype =
        DifferentialFunctionClassHolder.getInstance().getInstance(name);
    if (!(prototype instanceof Op)) {
      throw new UnsupportedOperationException(
          "ND4J has no elementwise operation \"" + name + "\".");
    }
    try {
      return (Op) prototype.getClass().getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new UnsupportedOperationException(
          "ND4J operation \"" + name + "\" cannot be made without arguments.", e);
    }
  }
}
