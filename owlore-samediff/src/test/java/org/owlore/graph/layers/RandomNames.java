package org.owlore.graph.layers;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.owlore.graph.Layer;
import org.owlore.graph.LayerMap;
import org.owlore.graph.LinearWeight;

/** Gives every array of a graph a random name, and a layer map the same names. */
final class RandomNames {
  private final Map<String, String> names = new HashMap<>();

  RandomNames(SameDiff graph, long seed) {
    Random random = new Random(seed);
    for (SDVariable variable : new ArrayList<>(graph.variables())) {
      String before = variable.name();
      String after =
          random
              .ints(12, 'a', 'z' + 1)
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
      names.put(before, after);
      graph.renameVariable(before, after);
    }
  }

  String of(String name) {
    return names.get(name);
  }

  LayerMap of(LayerMap map) {
    return new LayerMap(
        map.layers().stream().map(this::of).toList(),
        of(map.embedding()),
        of(map.finalNorm()),
        of(map.head()));
  }

  private Layer of(Layer layer) {
    return new Layer(
        layer.index(),
        layer.linears().stream()
            .map(
                linear ->
                    new LinearWeight(of(linear.name()), of(linear.input()), linear.orientation()))
            .toList(),
        of(layer.others()),
        of(layer.input()),
        of(layer.output()));
  }

  private List<String> of(List<String> list) {
    return list.stream().map(this::of).toList();
  }
}
