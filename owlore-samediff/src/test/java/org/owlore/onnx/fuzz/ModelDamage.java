package org.owlore.onnx.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.StringStringEntryProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.ValueInfoProto;
import org.nd4j.shade.protobuf.ByteString;

/** Ways to damage a model so that it is still a valid protocol buffer, but no valid model. */
enum ModelDamage {
  /** An initializer says it has other dimensions. */
  DIMENSIONS {
    @Override
    void damage(GraphProto.Builder graph, Random random) {
      TensorProto.Builder tensor = any(graph.getInitializerBuilderList(), random);
      if (tensor.getDimsCount() == 0 || random.nextInt(4) == 0) {
        tensor.addDims(number(random));
      } else {
        tensor.setDims(random.nextInt(tensor.getDimsCount()), number(random));
      }
    }
  },
  /** An initializer says its numbers are of another type. */
  ELEMENT_TYPE {
    @Override
    void damage(GraphProto.Builder graph, Random random) {
      any(graph.getInitializerBuilderList(), random).setDataType(random.nextInt(30) - 2);
    }
  },
  /** An initializer has fewer, more or no bytes. */
  CONTENT {
    @Override
    void damage(GraphProto.Builder graph, Random random) {
      TensorProto.Builder tensor = any(graph.getInitializerBuilderList(), random);
      ByteString bytes = tensor.getRawData();
      switch (random.nextInt(3)) {
        case 0 -> tensor.clearRawData();
        case 1 -> tensor.setRawData(bytes.concat(ByteString.copyFromUtf8("more")));
        default -> tensor.setRawData(bytes.substring(0, random.nextInt(bytes.size() + 1)));
      }
    }
  },
  /** An initializer is said to lie in another file, at some place in it. */
  PLACE_OUTSIDE {
    @Override
    void damage(GraphProto.Builder graph, Random random) {
      TensorProto.Builder tensor = any(graph.getInitializerBuilderList(), random);
      tensor.setDataLocation(TensorProto.DataLocation.EXTERNAL).clearExternalData();
      List<String> places =
          List.of("model.onnx", "../model.onnx", "/dev/zero", "", "nothing", "\0", "..", "a/../..");
      entry(tensor, "location", places.get(random.nextInt(places.size())));
      entry(tensor, "offset", random.nextBoolean() ? String.valueOf(number(random)) : "x");
      entry(tensor, "length", random.nextBoolean() ? String.valueOf(number(random)) : "");
    }
  },
  /** A node is of another type. */
  OPERATOR {
    @Override
    void damage(GraphProto.Builder graph, Random random) {
      String type =
          random.nextInt(4) == 0 ? "Nonsense" : any(graph.getNodeList(), random).getOpType();
      any(graph.getNodeBuilderList(), random).setOpType(type);
    }
  },
  /** A node reads another array, possibly its own result. */
  INPUT {
    @Override
    void damage(GraphProto.Builder graph, Random random) {
      NodeProto.Builder node = any(graph.getNodeBuilderList(), random);
      if (node.getInputCount() == 0 || random.nextInt(6) == 0) {
        node.addInput(anyArray(graph, random));
      } else {
        String input = random.nextInt(5) == 0 ? "" : anyArray(graph, random);
        node.setInput(random.nextInt(node.getInputCount()), input);
      }
    }
  },
  /** A node reads nothing, or writes nothing, or what another node writes. */
  ENDS {
    @Override
    void damage(GraphProto.Builder graph, Random random) {
      NodeProto.Builder node = any(graph.getNodeBuilderList(), random);
      switch (random.nextInt(3)) {
        case 0 -> node.clearInput();
        case 1 -> node.clearOutput();
        default -> node.clearOutput().addOutput(anyArray(graph, random));
      }
    }
  },
  /** An attribute has another value, type or name. */
  ATTRIBUTE {
    @Override
    void damage(GraphProto.Builder graph, Random random) {
      List<NodeProto.Builder> nodes =
          graph.getNodeBuilderList().stream().filter(n -> n.getAttributeCount() > 0).toList();
      AttributeProto.Builder attribute = any(any(nodes, random).getAttributeBuilderList(), random);
      switch (random.nextInt(6)) {
        case 0 -> attribute.setName("nonsense");
        case 1 -> attribute.setTypeValue(random.nextInt(15));
        case 2 -> attribute.clearInts().addInts(number(random)).addInts(number(random));
        case 3 -> attribute.getTBuilder().addDims(number(random));
        case 4 -> attribute.getTBuilder().setDataType(random.nextInt(30)).clearRawData();
        default -> attribute.setI(number(random)).setF(Float.NaN);
      }
    }
  },
  /** A number in a small tensor, such as a shape or an axis, is another one. */
  SHAPE {
    @Override
    void damage(GraphProto.Builder graph, Random random) {
      List<TensorProto.Builder> constants =
          graph.getNodeBuilderList().stream()
              .filter(node -> node.getOpType().equals("Constant"))
              .flatMap(node -> node.getAttributeBuilderList().stream())
              .filter(AttributeProto.Builder::hasT)
              .map(AttributeProto.Builder::getTBuilder)
              .toList();
      List<TensorProto.Builder> whole =
          Stream.concat(constants.stream(), graph.getInitializerBuilderList().stream())
              .filter(tensor -> tensor.getDataType() == TensorProto.DataType.INT64_VALUE)
              .filter(tensor -> tensor.getRawData().size() >= Long.BYTES)
              .toList();
      TensorProto.Builder tensor = any(whole, random);
      ByteBuffer bytes =
          ByteBuffer.wrap(tensor.getRawData().toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
      bytes.putLong(random.nextInt(bytes.capacity() / Long.BYTES) * Long.BYTES, number(random));
      tensor.setRawData(ByteString.copyFrom(bytes.array()));
    }
  },
  /** A node is missing, twice there, or in another place. */
  ORDER {
    @Override
    void damage(GraphProto.Builder graph, Random random) {
      int node = random.nextInt(graph.getNodeCount());
      NodeProto moved = graph.getNode(node);
      int kind = random.nextInt(3);
      if (kind != 1) {
        graph.removeNode(node);
      }
      if (kind != 0) {
        graph.addNode(random.nextInt(graph.getNodeCount() + 1), moved);
      }
    }
  },
  /** The graph has other inputs or outputs. */
  SIGNATURE {
    @Override
    void damage(GraphProto.Builder graph, Random random) {
      switch (random.nextInt(5)) {
        case 0 -> graph.clearOutput().addOutputBuilder().setName("nothing");
        case 1 -> graph.clearInput().addInputBuilder().setName(anyArray(graph, random));
        case 2 -> any(graph.getInputBuilderList(), random).setName(anyArray(graph, random));
        case 3 -> any(graph.getOutputBuilderList(), random).setName(anyArray(graph, random));
        default -> {
          ValueInfoProto.Builder input = any(graph.getInputBuilderList(), random);
          TensorShapeProto.Builder shape =
              input.getTypeBuilder().getTensorTypeBuilder().getShapeBuilder();
          shape.addDimBuilder().setDimValue(number(random));
        }
      }
    }
  },
  /** An initializer is missing, twice there, or has another's name. */
  INITIALIZER {
    @Override
    void damage(GraphProto.Builder graph, Random random) {
      int index = random.nextInt(graph.getInitializerCount());
      switch (random.nextInt(3)) {
        case 0 -> graph.removeInitializer(index);
        case 1 -> graph.addInitializer(graph.getInitializer(index));
        default -> graph.getInitializerBuilder(index).setName(anyArray(graph, random));
      }
    }
  };

  /** Damages a model. */
  static ModelProto damaged(ModelProto model, Random random) {
    ModelProto.Builder damaged = model.toBuilder();
    if (random.nextInt(20) == 0) {
      damaged
          .clearOpsetImport()
          .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(number(random)));
      return damaged.build();
    }
    GraphProto.Builder graph = damaged.getGraphBuilder();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      values()[random.nextInt(values().length)].damage(graph, random);
    }
    return damaged.build();
  }

  abstract void damage(GraphProto.Builder graph, Random random);

  private static <T> T any(List<T> list, Random random) {
    return list.get(random.nextInt(list.size()));
  }

  private static String anyArray(GraphProto.Builder graph, Random random) {
    if (graph.getInitializerCount() > 0 && random.nextInt(3) == 0) {
      return any(graph.getInitializerList(), random).getName();
    }
    NodeProto node = any(graph.getNodeList(), random);
    return node.getOutputCount() == 0 ? node.getName() : node.getOutput(0);
  }

  private static void entry(TensorProto.Builder tensor, String key, String value) {
    tensor.addExternalData(StringStringEntryProto.newBuilder().setKey(key).setValue(value));
  }

  /** Numbers at which arithmetic goes wrong. */
  private static long number(Random random) {
    long[] awkward = {
      0,
      -1,
      1,
      2,
      3,
      7,
      64,
      -2,
      1000,
      65_536,
      1L << 31,
      (1L << 31) - 1,
      1L << 32,
      1L << 40,
      1L << 62,
      Long.MAX_VALUE,
      Long.MIN_VALUE,
      -(1L << 31),
    };
    return awkward[random.nextInt(awkward.length)];
  }
}
