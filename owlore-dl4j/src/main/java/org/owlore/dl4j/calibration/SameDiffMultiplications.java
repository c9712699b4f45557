package org.owlore.dl4j.calibration;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.impl.transforms.custom.DotProductAttention;
import org.nd4j.linalg.api.ops.impl.transforms.custom.MultiHeadDotProductAttention;
import org.owlore.dl4j.network.NetworkLayer;
import org.owlore.dl4j.network.Parameter;

/**
 * Layers and vertices made with SameDiff: every parameter that all operations that read it multiply
 * something by.
 */
final class SameDiffMultiplications {
  /** What a layer may take: sequences of two steps, rows, images. */
  private static final List<long[]> TRIAL_SHAPES =
      List.of(new long[] {-1, -1, 2}, new long[] {-1, -1}, new long[] {-1, -1, -1, -1});

  private SameDiffMultiplications() {}

  static List<Multiplication> of(NetworkLayer layer, Object configuration) {
    return trial(configuration)
        .map(graph -> of(layer.parameters(), configuration, graph))
        .orElse(List.of());
  }

  /**
   * Where a layer has its channels: attention of DL4J takes them behind the examples, a matrix
   * product multiplies the last axis.
   */
  static Optional<ChannelAxis> channels(NetworkLayer layer, Object configuration) {
    Optional<LayerGraph> graph = trial(configuration);
    if (graph.isEmpty()) {
      return Optional.empty();
    }
    for (DifferentialFunction operation : graph.get().graph().ops()) {
      if (operation instanceof MultiHeadDotProductAttention
          || operation instanceof DotProductAttention) {
        return Optional.of(ChannelAxis.FIRST);
      }
    }
    return of(layer.parameters(), configuration, graph.get()).isEmpty()
        ? Optional.empty()
        : Optional.of(ChannelAxis.LAST);
  }

  /** The graph without data; a layer that cannot be defined without is left out. */
  private static Optional<LayerGraph> trial(Object configuration) {
    for (long[] shape : TRIAL_SHAPES) {
      try {
        return Optional.of(
            LayerGraph.of(configuration, DataType.FLOAT, Collections.nCopies(64, shape)));
      } catch (RuntimeException needsAnotherShape) {
        continue;
      }
    }
    return Optional.empty();
  }

  private static List<Multiplication> of(
      List<Parameter> parameters, Object configuration, LayerGraph graph) {
    List<Multiplication> found = new ArrayList<>();
    for (Parameter parameter : parameters) {
      List<MatrixUse> uses = uses(graph, parameter.key());
      boolean single =
          parameter.values().rank() == 2 || uses.stream().allMatch(MatrixUse::isAttention);
      if (single && !uses.isEmpty()) {
        found.add(
            new Multiplication(
                parameter.key(),
                input(graph, parameter.key(), uses),
                uses.get(0).orientation(),
                Multiplication::columns,
                new GraphReading(configuration, parameter.key())));
      }
    }
    return found;
  }

  /** Parameters that multiply an input of the layer along one axis multiply the same. */
  private static String input(LayerGraph graph, String parameter, List<MatrixUse> uses) {
    MatrixUse first = uses.get(0);
    if (uses.size() > 1 || !graph.inputs().contains(first.operand())) {
      return "what " + parameter + " multiplies";
    }
    return switch (first.kind()) {
      case ROWS -> "rows of " + first.operand();
      case COLUMNS -> "columns of " + first.operand();
      case QUERIES, KEYS -> first.operand();
      case HEADS -> "what " + parameter + " multiplies";
    };
  }

  /** The uses of a parameter, one an operand; none if one of them is unknown. */
  static List<MatrixUse> uses(LayerGraph graph, String parameter) {
    List<MatrixUse> uses = new ArrayList<>();
    Set<String> operands = new HashSet<>();
    for (DifferentialFunction reader : graph.readers(parameter)) {
      Optional<MatrixUse> use = MatrixUse.of(reader, graph.arguments(reader), parameter);
      if (use.isEmpty()) {
        return List.of();
      }
      if (operands.add(use.get().operand())) {
        uses.add(use.get());
      }
    }
    return uses.stream().map(MatrixUse::orientation).distinct().count() > 1 ? List.of() : uses;
  }
}
