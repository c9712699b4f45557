package org.owlore.graph.imported;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.buffer.DataType;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.OperationOrder;
import org.owlore.graph.internals.GraphEdits;

/** Brings a graph's placeholders to what batches have: INT32 ids, mask and labels. */
final class Placeholders {
  private static final String GIVEN = "_as_given";

  private final SameDiff graph;
  private final GraphNames names;
  private final List<String> notes;

  Placeholders(SameDiff graph, GraphNames names, List<String> notes) {
    this.graph = graph;
    this.names = names;
    this.notes = notes;
  }

  /** The placeholder that holds the token ids, as the graph calls it. */
  String ids() {
    if (names.ids() != null) {
      return requirePlaceholder(names.ids(), "token ids");
    }
    if (graph.inputs().contains(LanguageModel.INPUT_IDS)) {
      return LanguageModel.INPUT_IDS;
    }
    List<String> candidates =
        graph.inputs().stream()
            .filter(name -> graph.getVariable(name).dataType().isIntType())
            .filter(name -> !isNamed("mask|label|target|type|segment|position").test(name))
            .filter(name -> rank(name) == 2)
            .toList();
    if (candidates.size() != 1) {
      throw new GraphException(
          "Which placeholder holds the token ids cannot be told from %s, of which %s may: name it."
              .formatted(graph.inputs(), candidates));
    }
    return candidates.get(0);
  }

  /** Gives ids and mask their usual names and type, and computes what else the logits need. */
  void adopt(String ids, String logits) {
    Set<String> needed = needed(logits);
    Optional<String> mask = mask(needed);
    substitute(ids, LanguageModel.INPUT_IDS);
    mask.ifPresent(name -> substitute(name, LanguageModel.ATTENTION_MASK));
    for (String name : needed) {
      if (!name.equals(ids) && !mask.equals(Optional.of(name))) {
        compute(name);
      }
    }
    List<String> idle = new ArrayList<>(graph.inputs());
    idle.removeAll(needed);
    idle.removeAll(List.of(LanguageModel.INPUT_IDS, LanguageModel.ATTENTION_MASK));
    idle.stream().filter(this::isUnread).forEach(name -> GraphEdits.removePlaceholder(graph, name));
  }

  private Optional<String> mask(Set<String> needed) {
    if (names.mask() != null) {
      return Optional.of(requirePlaceholder(names.mask(), "mask"));
    }
    if (needed.contains(LanguageModel.ATTENTION_MASK)) {
      return Optional.of(LanguageModel.ATTENTION_MASK);
    }
    List<String> candidates = needed.stream().filter(isNamed("mask")).toList();
    return candidates.size() == 1 ? Optional.of(candidates.get(0)) : Optional.empty();
  }

  private Set<String> needed(String logits) {
    Set<String> read = new HashSet<>();
    for (SameDiffOp operation : OperationOrder.of(graph, List.of(logits))) {
      if (operation.getInputsToOp() != null) {
        read.addAll(operation.getInputsToOp());
      }
    }
    read.retainAll(graph.inputs());
    return read;
  }

  private void substitute(String given, String usual) {
    SDVariable placeholder = graph.getVariable(given);
    if (given.equals(usual) && placeholder.dataType() == DataType.INT32) {
      return;
    }
    long[] shape = placeholder.placeholderShape();
    String old = given;
    if (graph.hasVariable(usual)) {
      graph.renameVariable(usual, usual + GIVEN);
      old = given.equals(usual) ? usual + GIVEN : given;
    }
    SDVariable made =
        graph.placeHolder(
            usual, DataType.INT32, shape != null && shape.length == 2 ? shape : free());
    SDVariable read =
        placeholder.dataType() == DataType.INT32 ? made : made.castTo(placeholder.dataType());
    GraphEdits.replace(graph, old, read);
    GraphEdits.removePlaceholder(graph, old);
    notes.add(
        "Placeholder \"%s\" (%s) is fed from \"%s\" (INT32)."
            .formatted(given, placeholder.dataType(), usual));
  }

  /** Kinds of tokens are all 0, positions count from 0. */
  private void compute(String name) {
    SDVariable placeholder = graph.getVariable(name);
    SDVariable ids = graph.getVariable(LanguageModel.INPUT_IDS);
    SDVariable computed;
    if (isNamed("type|segment").test(name)) {
      computed = graph.zerosLike(ids);
      notes.add("Placeholder \"%s\" is 0 everywhere.".formatted(name));
    } else if (isNamed("position").test(name)) {
      computed = graph.cumsum(graph.onesLike(ids).castTo(DataType.FLOAT), true, false, 1);
      notes.add("Placeholder \"%s\" counts from 0 in every row.".formatted(name));
    } else {
      throw new GraphException(
          "The logits depend on placeholder \"%s\", which is neither ids nor mask: name these, or make it a constant."
              .formatted(name));
    }
    GraphEdits.replace(graph, name, computed.castTo(placeholder.dataType()));
    GraphEdits.removePlaceholder(graph, name);
  }

  private boolean isUnread(String name) {
    List<String> readers = graph.getVariables().get(name).getInputsForOp();
    return readers == null || readers.isEmpty();
  }

  private String requirePlaceholder(String name, String role) {
    if (!graph.inputs().contains(name)) {
      throw new GraphException(
          "There is no placeholder \"%s\" for the %s; there are %s."
              .formatted(name, role, graph.inputs()));
    }
    return name;
  }

  private int rank(String name) {
    long[] shape = graph.getVariable(name).placeholderShape();
    return shape == null || shape.length == 0 ? 2 : shape.length;
  }

  private static long[] free() {
    return new long[] {-1, -1};
  }

  private static Predicate<String> isNamed(String pattern) {
    return name -> name.toLowerCase(Locale.ROOT).matches(".*(" + pattern + ").*");
  }
}
