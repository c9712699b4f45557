package org.owlore.engine;

import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.ops.ScalarOp;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.engine.Operation.Kind;
import org.owlore.graph.internals.NativeOperations;

/**
 * An operation bound to its arrays: prepared once, run as often as wanted at the price of one
 * native call.
 */
final class NativeCall implements AutoCloseable {
  private final CustomOp custom;
  private final Op elementwise;
  private final OpContext context;

  private NativeCall(CustomOp custom, Op elementwise, OpContext context) {
    this.custom = custom;
    this.elementwise = elementwise;
    this.context = context;
  }

  /**
   * Binds an operation.
   *
   * @throws UnsupportedOperationException when ND4J has no operation of that name
   */
  static NativeCall bind(Operation operation, List<INDArray> inputs, List<INDArray> outputs) {
    if (operation.kind() == Kind.CUSTOM) {
      CustomOp op = customOp(operation);
      OpContext context = context(operation, inputs);
      context.setOutputArrays(outputs.toArray(INDArray[]::new));
      return new NativeCall(op, null, context);
    }
    Op op = NativeOperations.elementwise(operation.name());
    op.setX(inputs.get(0));
    if (inputs.size() > 1) {
      op.setY(inputs.get(1));
    }
    op.setZ(outputs.get(0));
    if (op instanceof ScalarOp scalar) {
      DataType type = inputs.get(0).dataType();
      scalar.setScalar(Nd4j.scalar(type, operation.reals().get(0)));
    } else if (!operation.reals().isEmpty()) {
      op.setExtraArgs(operation.reals().toArray());
    }
    return new NativeCall(null, op, null);
  }

  /** The types of what the operation would make from such inputs. */
  static List<ArrayType> outputTypes(Operation operation, List<INDArray> inputs) {
    if (operation.kind() != Kind.CUSTOM) {
      return List.of(ArrayType.of(inputs.get(0)));
    }
    DynamicCustomOp op = customOp(operation);
    try (OpContext context = context(operation, inputs)) {
      return op.calculateOutputShape(context).stream().map(NativeCall::type).toList();
    } catch (Exception e) {
      throw new IllegalStateException(
          "The shapes of operation \""
              + operation.name()
              + "\" cannot be inferred from inputs "
              + inputs.stream().map(ArrayType::of).toList()
              + ".",
          e);
    }
  }

  void run() {
    if (custom != null) {
      Nd4j.getExecutioner().exec(custom, context);
    } else {
      Nd4j.getExecutioner().exec(elementwise);
    }
  }

  @Override
  public void close() {
    if (context != null) {
      closeQuietly(context);
    }
  }

  private static void closeQuietly(OpContext context) {
    try {
      context.close();
    } catch (Exception e) {
      throw new IllegalStateException("A native operation context could not be released.", e);
    }
  }

  private static ArrayType type(LongShapeDescriptor descriptor) {
    return ArrayType.of(descriptor.dataType(), descriptor.getShape());
  }

  private static DynamicCustomOp customOp(Operation operation) {
    if (!NativeOperations.isCustom(operation.name())) {
      throw new UnsupportedOperationException(
          "ND4J has no operation \"" + operation.name() + "\" that a plan could run.");
    }
    DynamicCustomOp op = DynamicCustomOp.builder(operation.name()).build();
    op.addIArgument(integers(operation));
    op.addTArgument(reals(operation));
    op.addBArgument(booleans(operation));
    op.addDArgument(operation.types().toArray(DataType[]::new));
    return op;
  }

  private static OpContext context(Operation operation, List<INDArray> inputs) {
    OpContext context = Nd4j.getExecutioner().buildContext();
    context.setArgs(
        inputs.toArray(INDArray[]::new),
        integers(operation),
        operation.types().toArray(DataType[]::new),
        reals(operation),
        booleans(operation));
    return context;
  }

  private static long[] integers(Operation operation) {
    return operation.integers().stream().mapToLong(Long::longValue).toArray();
  }

  private static double[] reals(Operation operation) {
    return operation.reals().stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static boolean[] booleans(Operation operation) {
    boolean[] values = new boolean[operation.booleans().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = operation.booleans().get(i);
    }
    return values;
  }
}
