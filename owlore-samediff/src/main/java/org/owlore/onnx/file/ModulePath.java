package org.owlore.onnx.file;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import onnx.Onnx.NodeProto;
import onnx.Onnx.StringStringEntryProto;
import org.nd4j.shade.protobuf.ByteString;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;

/**
 * The PyTorch module that a node was exported from, such as {@code
 * model.layers.0.self_attn.q_proj}.
 *
 * <p>{@code torch.onnx}'s TorchScript exporter writes it into the node's name ({@code
 * /model/layers.0/self_attn/q_proj/MatMul}), its dynamo exporter into the node's metadata.
 */
public final class ModulePath {
  /** {@code NodeProto.metadata_props}, which is younger than ND4J's classes. */
  private static final int METADATA = 9;

  private static final String SCOPES = "pkg.torch.onnx.name_scopes";
  private static final Pattern QUOTED = Pattern.compile("'([^']*)'");

  private ModulePath() {}

  /** The module of a node, if the exporter left a trace of it. */
  public static Optional<String> of(NodeProto node) {
    String name = node.getName();
    if (name.startsWith("/")) {
      int end = name.lastIndexOf('/');
      return end > 0 ? Optional.of(name.substring(1, end).replace('/', '.')) : Optional.empty();
    }
    for (ByteString entry : node.getUnknownFields().getField(METADATA).getLengthDelimitedList()) {
      Optional<String> path = fromMetadata(entry);
      if (path.isPresent()) {
        return path;
      }
    }
    return Optional.empty();
  }

  /** The scopes are a Python list whose last entry is the operation itself. */
  private static Optional<String> fromMetadata(ByteString bytes) {
    try {
      StringStringEntryProto entry = StringStringEntryProto.parseFrom(bytes);
      if (!entry.getKey().equals(SCOPES)) {
        return Optional.empty();
      }
      Matcher quoted = QUOTED.matcher(entry.getValue());
      String module = "";
      String last = "";
      while (quoted.find()) {
        module = last;
        last = quoted.group(1);
      }
      return module.isEmpty() ? Optional.empty() : Optional.of(module);
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty(); // metadata of another kind than torch writes
    }
  }
}
