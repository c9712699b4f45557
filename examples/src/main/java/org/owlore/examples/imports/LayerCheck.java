package org.owlore.examples.imports;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import lombok.NonNull;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.Layer;
import org.owlore.graph.LayerMap;
import org.owlore.graph.layers.LayerMapFinder;

/** Compares the layers that were found in an import with PyTorch's names. */
final class LayerCheck {
  private static final int SEED = 7;

  private final ExportCase export;
  private final ExpectedLayers expected;
  private final List<String> problems = new ArrayList<>();

  /**
   * A check of one import.
   *
   * @param weights that the import has as variables, by the names of the references
   */
  LayerCheck(@NonNull ExportCase export, @NonNull Set<String> weights) {
    this.export = export;
    this.expected = ExpectedLayers.of(export, weights);
  }

  /** What is wrong; the graph's variables have other names afterwards. */
  List<String> problems(@NonNull LanguageModel model) {
    compare("layers", model.layers(), expected, UnaryOperator.identity());
    Map<String, String> nameOf = new HashMap<>();
    Map<String, String> randomOf = scramble(model.graph(), nameOf);
    LayerMap blind =
        new LayerMapFinder(model.graph(), randomOf.get(model.logits())).find().layers();
    compare("layers without names", blind, expected.withoutNames(), nameOf::get);
    compareInputs(model.layers(), blind, nameOf);
    return problems;
  }

  private static Map<String, String> scramble(SameDiff graph, Map<String, String> nameOf) {
    Random random = new Random(SEED);
    Map<String, String> randomOf = new HashMap<>();
    for (String name : graph.variables().stream().map(SDVariable::name).toList()) {
      String other = "v" + Long.toString(random.nextLong() & Long.MAX_VALUE, Character.MAX_RADIX);
      graph.renameVariable(name, other);
      nameOf.put(other, name);
      randomOf.put(name, other);
    }
    return randomOf;
  }

  private void compare(
      String what, LayerMap found, ExpectedLayers wanted, UnaryOperator<String> nameOf) {
    UnaryOperator<String> name = variable -> export.canonical(nameOf.apply(variable));
    if (found.size() != wanted.linears().size()) {
      problems.add("%s: %d blocks, not %d".formatted(what, found.size(), wanted.linears().size()));
      return;
    }
    same(what + ", embedding", names(found.embedding(), name), wanted.embedding());
    same(what + ", final norm", names(found.finalNorm(), name), wanted.finalNorm());
    same(what + ", head", names(found.head(), name), wanted.head());
    for (Layer layer : found.layers()) {
      String block = what + ", block " + layer.index();
      Map<String, Object> linears = new TreeMap<>();
      layer.linears().forEach(l -> linears.put(name.apply(l.name()), l.orientation()));
      same(block + ", linears", linears, wanted.linears().get(layer.index()));
      same(block + ", others", names(layer.others(), name), wanted.others().get(layer.index()));
    }
  }

  private void compareInputs(LayerMap named, LayerMap blind, Map<String, String> nameOf) {
    Map<String, String> inputs = inputs(named, UnaryOperator.identity());
    same("inputs of linears without names", inputs(blind, nameOf::get), inputs);
  }

  private static Map<String, String> inputs(LayerMap layers, UnaryOperator<String> name) {
    return layers.layers().stream()
        .flatMap(layer -> layer.linears().stream())
        .collect(
            Collectors.toMap(
                linear -> name.apply(linear.name()), linear -> name.apply(linear.input())));
  }

  private static Collection<String> names(List<String> variables, UnaryOperator<String> name) {
    return variables.stream().map(name).collect(Collectors.toCollection(TreeSet::new));
  }

  private void same(String what, Object found, Object wanted) {
    if (!Objects.equals(found, wanted)) {
      problems.add("%s: %s, not %s".formatted(what, found, wanted));
    }
  }
}
