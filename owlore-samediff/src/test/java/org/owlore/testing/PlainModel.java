package org.owlore.testing;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.Layer;
import org.owlore.graph.LayerMap;
import org.owlore.graph.LinearWeight;
import org.owlore.graph.ModelInput;
import org.owlore.graph.Orientation;
import org.owlore.graph.TokenLoss;

/**
 * A language model of two blocks that looks at one token at a time and reads no mask, as an import
 * may be: weights stored {@code [in, out]}, placeholders for ids and labels alone.
 */
public final class PlainModel {
  /** Number of token ids. */
  public static final int VOCABULARY = 32;

  /** Number of blocks. */
  public static final int LAYERS = 2;

  private static final int HIDDEN = 8;

  private final SameDiff graph = SameDiff.create();

  private PlainModel() {}

  /** A model that reads what {@code input} says. */
  public static LanguageModel reading(ModelInput input) {
    return new PlainModel().build(input, List.of());
  }

  /** A model that reads up to 16 tokens and needs one more placeholder, a number. */
  public static LanguageModel needing(String placeholder) {
    return new PlainModel()
        .build(ModelInput.builder().maximumLength(16).build(), List.of(placeholder));
  }

  private LanguageModel build(ModelInput input, List<String> numbers) {
    Nd4j.getRandom().setSeed(7);
    SDVariable ids = graph.placeHolder(LanguageModel.INPUT_IDS, DataType.INT32, -1, -1);
    SDVariable labels = graph.placeHolder(LanguageModel.LABELS, DataType.INT32, -1, -1);
    SDVariable stream = graph.gather(weight("embedding", VOCABULARY), ids.reshape(-1), 0);
    for (String number : numbers) {
      stream = stream.add(graph.placeHolder(number, DataType.FLOAT, 1));
    }
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < LAYERS; i++) {
      String name = "block" + i;
      SDVariable inner = graph.math().tanh(stream.mmul(weight(name + ".up", HIDDEN)));
      SDVariable next = stream.add(name + ".output", inner.mmul(weight(name + ".down", HIDDEN)));
      layers.add(
          new Layer(
              i,
              List.of(linear(name + ".up", stream), linear(name + ".down", inner)),
              List.of(),
              stream.name(),
              next.name()));
      stream = next;
    }
    SDVariable head = graph.var("head", Nd4j.randn(DataType.FLOAT, HIDDEN, VOCABULARY));
    SDVariable logits = stream.mmul(head);
    SDVariable size =
        graph.concat(0, graph.shape(ids), graph.constant(Nd4j.createFromArray((long) VOCABULARY)));
    graph.reshape("logits", logits, size);
    TokenLoss.add(logits, labels);
    LayerMap map = new LayerMap(layers, List.of("embedding"), List.of(), List.of("head"));
    return new LanguageModel(graph, map, "logits", TokenLoss.LOSS, input, VOCABULARY);
  }

  private SDVariable weight(String name, int rows) {
    return graph.var(name, Nd4j.randn(DataType.FLOAT, rows, HIDDEN).muli(0.5));
  }

  private static LinearWeight linear(String name, SDVariable input) {
    return new LinearWeight(name, input.name(), Orientation.IN_OUT);
  }
}
