package org.owlore.onnx.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lombok.AccessLevel;
import lombok.RequiredArgsConstructor;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.ValueInfoProto;
import org.nd4j.shade.protobuf.CodedInputStream;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;
import org.owlore.files.CheckpointException;

/**
 * A parsed ONNX file. The file is mapped into memory and its tensors are views of the mapping, so
 * that weights do not pass through the Java heap.
 */
@RequiredArgsConstructor(access = AccessLevel.PRIVATE)
public final class OnnxFile {
  private static final String STANDARD = "ai.onnx";

  private final Path path;
  private final ModelProto model;
  private final Map<String, OnnxTensor> initializers;
  private final Map<String, Integer> opsets;

  /**
   * Reads a file.
   *
   * @throws CheckpointException when there is no such file, it is no ONNX model or a tensor is
   *     malformed
   */
  public static OnnxFile open(Path path) {
    ModelProto model = parse(path);
    if (!model.hasGraph() || model.getGraph().getNodeCount() == 0) {
      throw new CheckpointException(
          path + " holds no ONNX graph (is it truncated, or another kind of file?).");
    }
    if (model.getFunctionsCount() > 0) {
      throw new CheckpointException(
          path
              + " defines functions of its own, such as \""
              + model.getFunctions(0).getName()
              + "\": inline them with onnx.inliner.inline_local_functions, or export with a newer"
              + " torch.");
    }
    TensorReader reader = new TensorReader(path);
    Map<String, OnnxTensor> initializers = new LinkedHashMap<>();
    for (TensorProto tensor : model.getGraph().getInitializerList()) {
      initializers.put(tensor.getName(), reader.read(tensor));
    }
    return new OnnxFile(path, model, initializers, opsets(model));
  }

  private static ModelProto parse(Path path) {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      if (channel.size() > Integer.MAX_VALUE) {
        throw new CheckpointException(
            path
                + " is larger than 2 GB, which ONNX does not allow: export it with external data.");
      }
      ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      CodedInputStream stream = CodedInputStream.newInstance(bytes);
      stream.enableAliasing(true);
      return ModelProto.parseFrom(stream);
    } catch (InvalidProtocolBufferException e) {
      throw new CheckpointException(
          path + " is no ONNX file, or it is truncated: " + e.getMessage().replace('\n', ' '), e);
    } catch (IOException e) {
      throw CheckpointException.of("Cannot read " + path, e);
    }
  }

  private static Map<String, Integer> opsets(ModelProto model) {
    Map<String, Integer> opsets = new HashMap<>();
    for (OperatorSetIdProto opset : model.getOpsetImportList()) {
      opsets.put(domain(opset.getDomain()), (int) Math.min(opset.getVersion(), 1 << 20));
    }
    return opsets;
  }

  private static String domain(String name) {
    return name.equals(STANDARD) ? "" : name;
  }

  /** Where the file lies. */
  public Path path() {
    return path;
  }

  /** The version of the standard operators that the file uses. */
  public int opset() {
    return opsets.getOrDefault("", 1);
  }

  /** The operator's domain; empty for the standard ones. */
  public String domain(NodeProto node) {
    return domain(node.getDomain());
  }

  /** The operations, in execution order. */
  public List<NodeProto> nodes() {
    return model.getGraph().getNodeList();
  }

  /** What the file asks for when it runs: its inputs without those that are initializers. */
  public List<ValueInfoProto> inputs() {
    return graph().getInputList().stream()
        .filter(input -> !initializers.containsKey(input.getName()))
        .toList();
  }

  /** What the file computes. */
  public List<ValueInfoProto> outputs() {
    return graph().getOutputList();
  }

  /** The tensors that the file brings along, by name. */
  public Map<String, OnnxTensor> initializers() {
    return initializers;
  }

  private GraphProto graph() {
    return model.getGraph();
  }
}
