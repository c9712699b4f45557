package org.owlore.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.AttributeProto.AttributeType;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TensorShapeProto.Dimension;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.protobuf.ByteString;

/** Writes small ONNX files by hand. */
public final class OnnxBuilder {
  public static final int FLOAT = 1;
  public static final int INT64 = 7;
  public static final int BOOL = 9;

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("test");
  private int opset = 17;
  private int counter;

  /** The version of the operators; 17 unless given. */
  public OnnxBuilder opset(int version) {
    opset = version;
    return this;
  }

  /** An input; dimensions are numbers or names. */
  public OnnxBuilder input(String name, int type, Object... dimensions) {
    graph.addInput(info(name, type, dimensions));
    return this;
  }

  /** An output. */
  public OnnxBuilder output(String name) {
    graph.addOutput(info(name, FLOAT));
    return this;
  }

  private static ValueInfoProto info(String name, int type, Object... dimensions) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Object dimension : dimensions) {
      shape.addDim(
          dimension instanceof Number number
              ? Dimension.newBuilder().setDimValue(number.longValue())
              : Dimension.newBuilder().setDimParam(dimension.toString()));
    }
    TypeProto.Tensor tensor =
        TypeProto.Tensor.newBuilder().setElemType(type).setShape(shape).build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  /** A tensor that the file brings along, as raw float32 data. */
  public OnnxBuilder initializer(String name, INDArray array) {
    graph.addInitializer(tensor(name, array));
    return this;
  }

  /** A tensor that the file brings along. */
  public OnnxBuilder initializer(TensorProto tensor) {
    graph.addInitializer(tensor);
    return this;
  }

  /** Integers that the file brings along. */
  public OnnxBuilder integers(String name, long... numbers) {
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(INT64)
            .addDims(numbers.length)
            .addAllInt64Data(LongStream.of(numbers).boxed().toList()));
    return this;
  }

  /** A single number that the file brings along. */
  public OnnxBuilder scalar(String name, float number) {
    graph.addInitializer(
        TensorProto.newBuilder().setName(name).setDataType(FLOAT).addFloatData(number));
    return this;
  }

  /** A single integer that the file brings along. */
  public OnnxBuilder integer(String name, long number) {
    graph.addInitializer(
        TensorProto.newBuilder().setName(name).setDataType(INT64).addInt64Data(number));
    return this;
  }

  /** An operation with one output of the given name; attributes by {@link #attribute}. */
  public OnnxBuilder node(
      String operator, List<String> inputs, String output, AttributeProto... attributes) {
    return node("node_" + counter++, operator, inputs, List.of(output), attributes);
  }

  /** An operation. */
  public OnnxBuilder node(
      String name,
      String operator,
      List<String> inputs,
      List<String> outputs,
      AttributeProto... attributes) {
    graph.addNode(
        NodeProto.newBuilder()
            .setName(name)
            .setOpType(operator)
            .addAllInput(inputs)
            .addAllOutput(outputs)
            .addAllAttribute(Arrays.asList(attributes)));
    return this;
  }

  /** An attribute of whole numbers: a single one, or a list when several are given. */
  public static AttributeProto attribute(String name, long... numbers) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.INTS)
        .addAllInts(LongStream.of(numbers).boxed().toList())
        .setI(numbers.length == 0 ? 0 : numbers[0])
        .build();
  }

  /** An attribute of a real number. */
  public static AttributeProto real(String name, double number) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.FLOAT)
        .setF((float) number)
        .build();
  }

  /** An attribute of text. */
  public static AttributeProto text(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  /** An attribute that holds a tensor. */
  public static AttributeProto tensor(String name, TensorProto value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.TENSOR)
        .setT(value)
        .build();
  }

  /** An attribute that holds a graph. */
  public static AttributeProto graph(String name, OnnxBuilder value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.GRAPH)
        .setG(value.graph)
        .build();
  }

  /** A float32 tensor with raw data. */
  public static TensorProto tensor(String name, INDArray array) {
    float[] numbers = array.dup('c').data().asFloat();
    ByteBuffer bytes =
        ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(numbers);
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(FLOAT)
            .setRawData(ByteString.copyFrom(bytes));
    LongStream.of(array.shape()).forEach(tensor::addDims);
    return tensor.build();
  }

  /** The model. */
  public ModelProto build() {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
        .setGraph(graph)
        .build();
  }

  /** Writes the model. */
  public Path write(Path file) {
    try {
      return Files.write(file, build().toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
