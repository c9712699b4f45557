package org.owlore.graph.imported;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import lombok.NonNull;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.array.SingleThreadArrayHolder;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.graph.GraphPreparation;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.LayerMap;
import org.owlore.graph.ModelInput;
import org.owlore.graph.TokenLoss;
import org.owlore.graph.internals.GraphEdits;
import org.owlore.graph.layers.FoundLayers;
import org.owlore.graph.layers.LayerMapFinder;

/**
 * Makes a language model of any SameDiff graph that computes logits from token ids: one that was
 * built by hand, loaded from a file, or imported from another framework.
 *
 * <p>The graph is changed in place: constants that are weights become variables where there is no
 * variable yet, placeholders become INT32 with the names of {@link LanguageModel}, the loss is
 * added unless there is one over {@link LanguageModel#LABELS}, and gradients are repaired.
 */
public final class ImportedGraph {
  private static final int SMALLEST_POSITION_TABLE = 8;

  private final SameDiff graph;
  private final GraphNames names;
  private final List<String> notes = new ArrayList<>();
  private final List<String> repaired = new ArrayList<>();

  private ImportedGraph(SameDiff graph, GraphNames names) {
    this.graph = graph;
    this.names = names;
  }

  /**
   * Makes a language model of a graph.
   *
   * @param graph is changed in place, and owned by the model
   * @param names what the user knows better
   * @throws GraphException if ids or logits cannot be told, or nothing could be trained
   * @throws org.owlore.graph.layers.LayersNotFoundException if the layers cannot be told
   * @throws UnsupportedOperationException if a gradient is wrong and cannot be repaired
   */
  public static Adoption adopt(@NonNull SameDiff graph, @NonNull GraphNames names) {
    return new ImportedGraph(graph, names).adopt();
  }

  private Adoption adopt() {
    keepOneCopyOfArrays();
    GraphEdits.linkReaders(graph);
    Placeholders placeholders = new Placeholders(graph, names, notes);
    String ids = placeholders.ids();
    TokenFlow flow = new TokenFlow(graph, ids);
    requireTokenTable(flow, ids);
    makeTrainable(flow);
    boolean hasLoss = hasLoss();
    repaired.addAll(GraphPreparation.prepare(graph).repaired());
    Logits logits = Logits.of(graph, flow, names.logits());
    long[] shape = graph.getVariable(ids).placeholderShape();
    placeholders.adopt(ids, logits.name());
    String output = hasLoss ? logits.name() : addLoss(logits);
    repaired.addAll(GraphPreparation.prepare(graph).repaired());
    LanguageModel model =
        new LanguageModel(
            graph,
            layers(logits.name()),
            output,
            graph.getLossVariables().get(0),
            input(shape, flow),
            logits.vocabularySize());
    return new Adoption(model, notes, repaired);
  }

  /** SameDiff's own holders keep a second copy of every array for other devices. */
  private void keepOneCopyOfArrays() {
    graph.setArrayHolders(new SingleThreadArrayHolder(), new SingleThreadArrayHolder(), true);
  }

  private void requireTokenTable(TokenFlow flow, String ids) {
    if (flow.tokenTables().isEmpty() && flow.meetings().isEmpty()) {
      throw new GraphException(
          "Nothing is looked up by \"%s\", so it holds no token ids: name the placeholder that does."
              .formatted(ids));
    }
  }

  private void makeTrainable(TokenFlow flow) {
    boolean any =
        graph.variables().stream()
            .anyMatch(
                variable ->
                    variable.getVariableType() == VariableType.VARIABLE
                        && variable.dataType().isFPType());
    if (!any) {
      List<String> weights = TrainableConstants.convert(graph, flow);
      if (weights.isEmpty()) {
        throw new GraphException(
            "The graph has no weights: no variable, and no constant that meets the tokens.");
      }
      notes.add("%d constants that are weights became variables.".formatted(weights.size()));
    }
  }

  private boolean hasLoss() {
    return graph.getLossVariables().size() == 1 && graph.inputs().contains(LanguageModel.LABELS);
  }

  private String addLoss(Logits logits) {
    makeRoomFor(LanguageModel.LABELS, TokenLoss.LOSS, TokenLoss.TOKEN_LOSSES);
    SDVariable found = graph.getVariable(logits.name());
    SDVariable ids = graph.getVariable(LanguageModel.INPUT_IDS);
    SDVariable labels =
        graph.placeHolder(LanguageModel.LABELS, ids.dataType(), ids.placeholderShape());
    SDVariable flat = logits.flat() ? found : found.reshape(-1, logits.vocabularySize());
    TokenLoss.add(flat, labels);
    notes.add("The loss is the mean cross-entropy of \"%s\".".formatted(logits.name()));
    return logits.flat() ? spread(flat, ids, logits.vocabularySize()) : logits.name();
  }

  private String spread(SDVariable flat, SDVariable ids, int vocabularySize) {
    SDVariable size = graph.constant(Nd4j.createFromArray((long) vocabularySize));
    return graph.reshape(flat, graph.concat(0, graph.shape(ids), size)).name();
  }

  private void makeRoomFor(String... taken) {
    for (String name : taken) {
      if (graph.hasVariable(name)) {
        graph.renameVariable(name, name + "_of_import");
      }
    }
  }

  private LayerMap layers(String logits) {
    LayerMapFinder finder = new LayerMapFinder(graph, logits);
    FoundLayers found = names.layers() == null ? finder.find() : finder.byPattern(names.layers());
    notes.addAll(found.notes());
    return found.layers();
  }

  private static ModelInput input(long[] shape, TokenFlow flow) {
    boolean known = shape != null && shape.length == 2;
    boolean fixedLength = known && shape[1] > 0;
    return ModelInput.builder()
        .fixedBatch(known && shape[0] > 0 ? (int) shape[0] : 0)
        .fixedLength(fixedLength)
        .maximumLength(fixedLength ? (int) shape[1] : positions(flow).orElse(ModelInput.UNBOUNDED))
        .build();
  }

  /** Rows of the smallest table of positions; tables of a few rows hold kinds of tokens. */
  private static OptionalInt positions(TokenFlow flow) {
    return flow.meetings().stream()
        .filter(TokenFlow.Meeting::selected)
        .filter(meeting -> meeting.operation().equals("add"))
        .filter(meeting -> meeting.array().rank() == 2)
        .mapToInt(meeting -> (int) meeting.array().size(0))
        .filter(rows -> rows >= SMALLEST_POSITION_TABLE)
        .min();
  }
}
