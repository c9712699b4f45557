package org.owlore.graph.internals;

import java.lang.reflect.Field;
import java.util.Map;
import org.nd4j.imports.converters.DifferentialFunctionClassHolder;
import org.nd4j.linalg.factory.Nd4j;

/**
 * SameDiff's table from operation to Java class.
 *
 * <p>The gradient function is built on copies of the operations, and a copy's class is looked up
 * here by the native operation's hash: overriding {@code doDiff} in a subclass has an effect only
 * when the subclass stands in this table.
 */
final class OpRegistry {
  private static final String CLASS_BY_HASH = "customOpHashToClass";
  private static final String CLASSES_BY_HASH = "customOpHashToClasses";

  private OpRegistry() {}

  /** Makes {@code replacement} the class of the operation; repeated calls change nothing. */
  static void replace(String operation, Class<?> replacement) {
    long hash = Nd4j.getExecutioner().getCustomOperations().get(operation).getHash();
    Map<Long, Class<?>> classByHash = table(CLASS_BY_HASH);
    classByHash.put(hash, replacement);
    Map<Long, Map<String, Class<?>>> classesByHash = table(CLASSES_BY_HASH);
    Map<String, Class<?>> byName = classesByHash.get(hash);
    if (byName != null) {
      byName.put(operation, replacement);
    }
  }

  @SuppressWarnings("unchecked")
  private static <T> T table(String name) {
    try {
      Field field = DifferentialFunctionClassHolder.class.getDeclaredField(name);
      field.setAccessible(true);
      return (T) field.get(DifferentialFunctionClassHolder.getInstance());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "This Deeplearning4j release keeps its operation classes elsewhere than 1.0.0-M2.1 (no"
              + " field "
              + name
              + "); gradients cannot be repaired with it.",
          e);
    }
  }
}
