package org.owlore.tensorflow;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.protobuf.ByteString;
import org.owlore.files.CheckpointException;
import org.tensorflow.framework.AttrValue;
import org.tensorflow.framework.NodeDef;
import org.tensorflow.framework.TensorProto;
import org.tensorflow.framework.TensorShapeProto.Dim;

/** The numbers of TensorFlow's {@code Const} nodes. */
final class ConstantNodes {
  private static final String VALUE = "value";

  private ConstantNodes() {}

  static boolean isConstant(NodeDef node) {
    return node.getOp().equals("Const");
  }

  /**
   * The node with every number written out. TensorFlow leaves out the numbers at the end that equal
   * the one before, and zeros altogether; the importer would read zeros instead.
   */
  static NodeDef writtenOut(NodeDef node) {
    if (!node.containsAttr(VALUE)) {
      throw new CheckpointException("Constant \"" + node.getName() + "\" has no value.");
    }
    TensorProto tensor = node.getAttrOrThrow(VALUE).getTensor();
    long length = length(tensor);
    if (!tensor.getTensorContent().isEmpty() || length == 0) {
      return node;
    }
    TensorProto.Builder full = tensor.toBuilder();
    switch (tensor.getDtype()) {
      case DT_FLOAT -> {
        int given = full.getFloatValCount();
        float last = given == 0 ? 0 : full.getFloatVal(given - 1);
        LongStream.range(given, length).forEach(i -> full.addFloatVal(last));
      }
      case DT_DOUBLE -> {
        int given = full.getDoubleValCount();
        double last = given == 0 ? 0 : full.getDoubleVal(given - 1);
        LongStream.range(given, length).forEach(i -> full.addDoubleVal(last));
      }
      case DT_INT64 -> {
        int given = full.getInt64ValCount();
        long last = given == 0 ? 0 : full.getInt64Val(given - 1);
        LongStream.range(given, length).forEach(i -> full.addInt64Val(last));
      }
      case DT_BOOL -> {
        int given = full.getBoolValCount();
        boolean last = given > 0 && full.getBoolVal(given - 1);
        LongStream.range(given, length).forEach(i -> full.addBoolVal(last));
      }
      case DT_INT32, DT_INT16, DT_INT8, DT_UINT8, DT_UINT16 -> {
        int given = full.getIntValCount();
        int last = given == 0 ? 0 : full.getIntVal(given - 1);
        LongStream.range(given, length).forEach(i -> full.addIntVal(last));
      }
      default -> {
        return node;
      }
    }
    return with(node, full.build());
  }

  /**
   * The node with the numbers of an array.
   *
   * @param array FLOAT
   * @throws CheckpointException if the node holds numbers of another type or another shape
   */
  static NodeDef with(NodeDef node, INDArray array) {
    TensorProto tensor = node.getAttrOrThrow(VALUE).getTensor();
    long[] shape = tensor.getTensorShape().getDimList().stream().mapToLong(Dim::getSize).toArray();
    if (tensor.getDtype() != org.tensorflow.framework.DataType.DT_FLOAT
        || !Arrays.equals(shape, array.shape())) {
      throw new CheckpointException(
          "Constant \"%s\" is %s %s, so that the weight %s cannot be saved there."
              .formatted(
                  node.getName(),
                  tensor.getDtype(),
                  Arrays.toString(shape),
                  Arrays.toString(array.shape())));
    }
    return with(node, tensor.toBuilder().clearFloatVal().setTensorContent(bytes(array)).build());
  }

  private static NodeDef with(NodeDef node, TensorProto tensor) {
    return node.toBuilder()
        .putAttr(VALUE, AttrValue.newBuilder().setTensor(tensor).build())
        .build();
  }

  private static ByteString bytes(INDArray array) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(array.length() * Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    boolean plain = array.ordering() == 'c' && !array.isView();
    INDArray ordered =
        plain ? array : Nd4j.createUninitialized(DataType.FLOAT, array.shape(), 'c').assign(array);
    bytes.asFloatBuffer().put(ordered.data().asFloat());
    if (!plain) {
      ordered.close();
    }
    return ByteString.copyFrom(bytes);
  }

  private static long length(TensorProto tensor) {
    return tensor.getTensorShape().getDimList().stream()
        .mapToLong(Dim::getSize)
        .reduce(1, Math::multiplyExact);
  }
}
