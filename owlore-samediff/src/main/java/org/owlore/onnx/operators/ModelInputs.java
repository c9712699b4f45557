package org.owlore.onnx.operators;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import onnx.Onnx.TensorShapeProto.Dimension;
import onnx.Onnx.ValueInfoProto;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.owlore.graph.LanguageModel;
import org.owlore.onnx.file.ElementType;
import org.owlore.onnx.file.NumberFormat;
import org.owlore.onnx.file.OnnxFile;
import org.owlore.onnx.symbolic.SymbolicNumber;
import org.owlore.onnx.symbolic.SymbolicShape;

/**
 * What the file asks for, from what a batch has: token ids and attention mask are placeholders;
 * positions are counted from the mask, token types are 0, cached keys and values are empty.
 */
final class ModelInputs {
  private static final long LARGEST_SIZE = 1 << 24;

  private final OnnxFile file;
  private final SymbolicNumber batch;
  private final SymbolicNumber sequence;
  private final SDVariable ids;
  private final Optional<SDVariable> mask;
  private final String idsName;
  private final String idsBatch;

  ModelInputs(OnnxFile file, SameDiff sameDiff) {
    this.file = file;
    ValueInfoProto input = ids(file);
    List<Dimension> shape = dimensions(input);
    if (shape.size() != 2) {
      throw new UnsupportedOperationException(
          "its input \""
              + input.getName()
              + "\" should be token ids [batch, sequence], but has "
              + shape.size()
              + " dimensions");
    }
    this.idsName = input.getName();
    this.idsBatch = shape.get(0).getDimParam();
    this.batch = size(shape.get(0), SymbolicNumber.BATCH);
    this.sequence = size(shape.get(1), SymbolicNumber.SEQUENCE);
    this.ids = placeholder(sameDiff, LanguageModel.INPUT_IDS);
    this.mask =
        file.inputs().stream().anyMatch(ModelInputs::isMask)
            ? Optional.of(placeholder(sameDiff, LanguageModel.ATTENTION_MASK))
            : Optional.empty();
  }

  /** The input that holds token ids. */
  static ValueInfoProto ids(OnnxFile file) {
    List<ValueInfoProto> integers =
        file.inputs().stream().filter(input -> type(input) == ElementType.INTEGER).toList();
    return integers.stream()
        .filter(input -> List.of("input_ids", "input", "tokens", "ids").contains(input.getName()))
        .findFirst()
        .or(
            () ->
                integers.stream()
                    .filter(input -> !isMask(input) && !isTokenType(input) && !isPosition(input))
                    .findFirst())
        .orElseThrow(
            () ->
                new UnsupportedOperationException(
                    "it has no input for token ids: inputs are "
                        + file.inputs().stream().map(ValueInfoProto::getName).toList()));
  }

  private static SymbolicNumber size(Dimension dimension, SymbolicNumber free) {
    long value = dimension.getDimValue();
    if (value < 0 || value > LARGEST_SIZE) {
      throw new ArithmeticException("its token ids have the dimension " + value);
    }
    return value > 0 ? SymbolicNumber.of(value) : free;
  }

  private SDVariable placeholder(SameDiff sameDiff, String name) {
    return sameDiff.placeHolder(
        name,
        DataType.INT32,
        batch.isKnown() ? batch.knownLong() : -1,
        sequence.isKnown() ? sequence.knownLong() : -1);
  }

  SDVariable ids() {
    return ids;
  }

  SymbolicNumber batch() {
    return batch;
  }

  SymbolicNumber sequence() {
    return sequence;
  }

  boolean hasMask() {
    return mask.isPresent();
  }

  /** All inputs of the file, by name. */
  Map<String, Value> values(ImportedGraph graph) {
    Map<String, Value> values = new HashMap<>();
    for (ValueInfoProto input : file.inputs()) {
      values.put(input.getName(), value(input, graph));
    }
    return values;
  }

  private Value value(ValueInfoProto input, ImportedGraph graph) {
    SymbolicShape tokens = SymbolicShape.of(batch, sequence);
    if (input.getName().equals(idsName)) {
      return Value.computed(ElementType.INTEGER, tokens, ids);
    }
    if (isCache(input)) {
      return empty(input);
    }
    if (isMask(input)) {
      requireRank(input, 2);
      return Functions.cast(graph, mask(graph), type(input));
    }
    if (isPosition(input)) {
      return positions(input, graph, tokens);
    }
    if (isTokenType(input)) {
      return Value.uniform(ElementType.INTEGER, tokens, SymbolicNumber.ZERO);
    }
    if (input.getName().equals("use_cache_branch")) {
      return Value.uniform(
          ElementType.BOOLEAN, SymbolicShape.of(SymbolicNumber.ONE), SymbolicNumber.ZERO);
    }
    throw new UnsupportedOperationException(
        "its input \""
            + input.getName()
            + "\" is not known: export the model with input_ids, attention_mask, position_ids,"
            + " token_type_ids and past_key_values at most");
  }

  /** 1 for tokens, 0 for padding; a batch gives the number of the token's document. */
  private Value mask(ImportedGraph graph) {
    SDVariable documents = mask.orElseThrow();
    SDVariable present =
        graph.once(() -> documents.neq(0).castTo(DataType.INT32), "present", documents);
    return Value.computed(ElementType.INTEGER, SymbolicShape.of(batch, sequence), present);
  }

  /** Counted from the first token that is no padding, as Hugging Face counts them. */
  private Value positions(ValueInfoProto input, ImportedGraph graph, SymbolicShape tokens) {
    int rank = dimensions(input).size();
    if (rank == 1 || mask.isEmpty()) {
      Value counted =
          Value.computed(
              ElementType.INTEGER,
              SymbolicShape.of(sequence),
              graph.cast(graph.positions(sequence), ElementType.INTEGER));
      return rank == 1 ? counted : Shapes.expanded(counted, tokens);
    }
    requireRank(input, 2);
    SDVariable present = graph.cast(graph.stored(mask(graph)), ElementType.FLOAT);
    SDVariable counted =
        graph.once(
            () ->
                graph
                    .graph()
                    .math()
                    .max(
                        graph.graph().cumsum(present, false, false, 1).sub(1),
                        graph.graph().constant(0f))
                    .castTo(DataType.INT32),
            "positions",
            present);
    return Value.computed(ElementType.INTEGER, tokens, counted);
  }

  private static void requireRank(ValueInfoProto input, int rank) {
    if (dimensions(input).size() != rank) {
      throw new UnsupportedOperationException(
          "its input \""
              + input.getName()
              + "\" has "
              + dimensions(input).size()
              + " dimensions instead of "
              + rank
              + " ([batch, sequence]): export it with a plain mask");
    }
  }

  /** Keys and values of earlier tokens: there are none in training. */
  private Value empty(ValueInfoProto input) {
    List<SymbolicNumber> dimensions =
        dimensions(input).stream().map(dimension -> cacheDimension(dimension)).toList();
    SymbolicShape shape = new SymbolicShape(dimensions);
    if (!shape.isEmpty()) {
      throw new UnsupportedOperationException(
          "its cache input \""
              + input.getName()
              + "\" has the fixed shape "
              + shape
              + ": export the model without past_key_values, or with a dynamic past length");
    }
    return Value.known(type(input), shape, List.of());
  }

  private SymbolicNumber cacheDimension(Dimension dimension) {
    if (dimension.getDimValue() > 0) {
      return SymbolicNumber.of(dimension.getDimValue());
    }
    boolean isBatch =
        !dimension.getDimParam().isEmpty()
            && (dimension.getDimParam().equals(idsBatch)
                || dimension.getDimParam().toLowerCase(Locale.ROOT).contains("batch"));
    return isBatch ? batch : SymbolicNumber.ZERO;
  }

  private static boolean isMask(ValueInfoProto input) {
    return input.getName().contains("mask");
  }

  private static boolean isPosition(ValueInfoProto input) {
    return input.getName().contains("position");
  }

  private static boolean isTokenType(ValueInfoProto input) {
    return input.getName().contains("token_type") || input.getName().contains("segment");
  }

  private static boolean isCache(ValueInfoProto input) {
    String name = input.getName().toLowerCase(Locale.ROOT);
    return dimensions(input).size() > 2
        && (name.contains("past") || name.contains("cache") || name.contains("key_values"));
  }

  private static List<Dimension> dimensions(ValueInfoProto input) {
    return input.getType().getTensorType().getShape().getDimList();
  }

  private static ElementType type(ValueInfoProto input) {
    int code = input.getType().getTensorType().getElemType();
    return NumberFormat.ofCode(code)
        .map(NumberFormat::elementType)
        .orElseThrow(
            () ->
                new UnsupportedOperationException(
                    "its input \"" + input.getName() + "\" has numbers of type " + code));
  }
}
