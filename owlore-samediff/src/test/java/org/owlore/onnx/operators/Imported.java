package org.owlore.onnx.operators;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import onnx.Onnx.AttributeProto;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.graph.LanguageModel;
import org.owlore.onnx.file.OnnxFile;
import org.owlore.onnx.operators.Translator.Binding;
import org.owlore.onnx.operators.Translator.Translation;
import org.owlore.testing.OnnxBuilder;
import org.owlore.testing.TemporaryFiles;

/**
 * A graph around the operator under test: {@code x} is what rows of a random table are that token
 * ids look up, FLOAT {@code [batch, sequence, 6]}. Batch and sequence are free, so that nothing is
 * computed at import that depends on them.
 */
final class Imported {
  static final int BATCH = 2;
  static final int SEQUENCE = 4;
  static final int WIDTH = 6;
  private static final int VOCABULARY = 11;

  final OnnxBuilder onnx = new OnnxBuilder();
  private final Random random = new Random();
  private final INDArray table = random(VOCABULARY, WIDTH);
  private final INDArray ids;

  Imported() {
    onnx.input("input_ids", OnnxBuilder.INT64, "batch", "sequence")
        .initializer("table", table)
        .node("Gather", List.of("table", "input_ids"), "x");
    int[][] tokens = new int[BATCH][SEQUENCE];
    for (int[] row : tokens) {
      for (int i = 0; i < row.length; i++) {
        row[i] = random.nextInt(VOCABULARY);
      }
    }
    ids = Nd4j.createFromArray(tokens);
  }

  INDArray random(long... shape) {
    double[] numbers = random.doubles(size(shape), -2, 2).toArray();
    return Nd4j.createFromArray(numbers).castTo(DataType.FLOAT).reshape('c', shape);
  }

  private static long size(long... shape) {
    long size = 1;
    for (long dimension : shape) {
      size *= dimension;
    }
    return size;
  }

  Imported node(String operator, String inputs, String output, AttributeProto... attributes) {
    onnx.node(operator, names(inputs), output, attributes);
    return this;
  }

  /** A vector of integers of the file. */
  Imported integers(String name, long... numbers) {
    onnx.integers(name, numbers);
    return this;
  }

  private static List<String> names(String inputs) {
    return inputs.isBlank() ? List.of() : List.of(inputs.split(" "));
  }

  /** A trainable or constant tensor of the file. */
  INDArray tensor(String name, long... shape) {
    INDArray array = random(shape);
    onnx.initializer(name, array);
    return array;
  }

  /** The activation that all tests start from. */
  INDArray x() {
    return lookedUp(table);
  }

  /** The rows of a table that the token ids ask for. */
  INDArray lookedUp(INDArray table) {
    long width = table.size(1);
    INDArray rows = Nd4j.create(DataType.FLOAT, ids.length(), width);
    for (int i = 0; i < ids.length(); i++) {
      rows.putRow(i, table.getRow(ids.getInt(i / (int) ids.size(1), i % (int) ids.size(1))));
    }
    return rows.reshape('c', ids.size(0), ids.size(1), width);
  }

  /** What the imported graph computes. */
  INDArray compute(String output) {
    Translation translation = translate(output);
    return translation
        .graph()
        .output(placeholders(translation.graph()), translation.output().name())
        .get(translation.output().name());
  }

  private Map<String, INDArray> placeholders(SameDiff graph) {
    Map<String, INDArray> placeholders = new HashMap<>();
    placeholders.put(LanguageModel.INPUT_IDS, ids);
    if (graph.hasVariable(LanguageModel.ATTENTION_MASK)) {
      placeholders.put(LanguageModel.ATTENTION_MASK, Nd4j.ones(DataType.INT32, ids.shape()));
    }
    return placeholders;
  }

  Translation translate(String output) {
    Path file = TemporaryFiles.file("operator.onnx");
    onnx.output(output).write(file);
    return Translator.translate(
        OnnxFile.open(file), output, Map.of("table", new Binding("table", false)));
  }
}
