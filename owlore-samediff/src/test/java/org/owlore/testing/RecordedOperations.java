package org.owlore.testing;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.BlasWrapper;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Listens to every operation and every BLAS call until it is closed, and lets ND4J say that it is
 * another backend than it is, so that code takes the way it would take there. ND4J has no listener
 * of its own for operations outside graphs.
 */
public final class RecordedOperations implements AutoCloseable {
  private final List<String> names = new ArrayList<>();
  private final OpExecutioner executioner = Nd4j.getExecutioner();
  private final BlasWrapper blas = Nd4j.getBlasWrapper();

  private RecordedOperations(ExecutionerType type) {
    replace(
        OpExecutioner.class,
        proxy(
            OpExecutioner.class,
            (method, arguments) -> {
              if (method.getName().equals("type")) {
                return type;
              }
              if (method.getName().startsWith("exec")) {
                names.add(name(arguments[0]));
              }
              return call(executioner, method, arguments);
            }));
    replace(
        BlasWrapper.class,
        proxy(
            BlasWrapper.class,
            (method, arguments) -> {
              names.add(method.getName());
              return call(blas, method, arguments);
            }));
  }

  /** Starts to listen, on a backend that says it is of some type. */
  public static RecordedOperations on(ExecutionerType type) {
    return new RecordedOperations(type);
  }

  /** What was executed since the last call, in order. */
  public List<String> take() {
    List<String> taken = List.copyOf(names);
    names.clear();
    return taken;
  }

  @Override
  public void close() {
    replace(OpExecutioner.class, executioner);
    replace(BlasWrapper.class, blas);
  }

  private static String name(Object operation) {
    if (operation instanceof CustomOp custom) {
      return custom.opName();
    }
    return operation instanceof Op op ? op.opName() : operation.toString();
  }

  /** The static field of ND4J that holds its only object of a type. */
  private static <T> void replace(Class<T> type, T object) {
    try {
      for (Field field : Nd4j.class.getDeclaredFields()) {
        if (field.getType() == type) {
          field.setAccessible(true);
          field.set(null, object);
        }
      }
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  private static <T> T proxy(Class<T> type, Answer answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> answer.to(method, arguments)));
  }

  private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** What a stand-in does when it is called. */
  @FunctionalInterface
  private interface Answer {
    Object to(Method method, Object[] arguments) throws Throwable;
  }
}
