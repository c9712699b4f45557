package org.owlore.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SameDiff;

/** Writes a layer map as a table for people, narrow enough for a terminal: a line a variable. */
final class LayerTable {
  private static final List<String> HEADINGS =
      List.of("part", "weights", "variables [stored shape], axes of linear weights");

  private final SameDiff graph;
  private final List<List<String>> rows = new ArrayList<>();

  /** What a layer holds, and the first that holds it. */
  private final Map<List<String>, Integer> alike = new HashMap<>();

  private LayerTable(SameDiff graph) {
    this.graph = graph;
  }

  static String of(LayerMap map, SameDiff graph) {
    LayerTable table = new LayerTable(graph);
    table.rows.add(HEADINGS);
    table.addPart("embedding", map.embedding());
    map.layers().forEach(table::addLayer);
    table.addPart("final norm", map.finalNorm());
    table.addPart("head", map.head());
    return table.text();
  }

  private void addPart(String part, List<String> variables) {
    add(part, variables, variables.stream().map(name -> name + shape(name)).toList());
  }

  private void addLayer(Layer layer) {
    int prefix = commonPrefix(layer.variables());
    Stream<String> linears =
        layer.linears().stream()
            .map(
                linear ->
                    linear.name().substring(prefix)
                        + shape(linear.name())
                        + (linear.orientation() == Orientation.OUT_IN ? " out,in" : " in,out"));
    Stream<String> others =
        layer.others().stream().map(name -> name.substring(prefix) + shape(name));
    List<String> listed = Stream.concat(linears, others).toList();
    String prefixed = prefix == 0 ? "" : " " + layer.variables().get(0).substring(0, prefix);
    Integer like = alike.putIfAbsent(listed, layer.index());
    add(
        "layer " + layer.index() + prefixed,
        layer.variables(),
        like == null ? listed : List.of("as layer " + like));
  }

  private void add(String part, List<String> variables, List<String> listed) {
    rows.add(List.of(part, weights(variables), listed.isEmpty() ? "" : listed.get(0)));
    listed.stream().skip(1).forEach(variable -> rows.add(List.of("", "", variable)));
  }

  /** Length of what the names have in common, up to a separator. */
  private static int commonPrefix(List<String> names) {
    if (names.size() < 2) {
      return 0;
    }
    String first = names.get(0);
    int common = 0;
    int end = 0;
    while (end < first.length() && sameCharacter(names, end)) {
      end++;
      common = "./".indexOf(first.charAt(end - 1)) >= 0 ? end : common;
    }
    return common;
  }

  private static boolean sameCharacter(List<String> names, int at) {
    char character = names.get(0).charAt(at);
    return names.stream().allMatch(name -> name.length() > at && name.charAt(at) == character);
  }

  private String shape(String variable) {
    return LongStream.of(graph.getVariable(variable).getShape())
        .mapToObj(Long::toString)
        .collect(Collectors.joining("x", " [", "]"));
  }

  private String weights(List<String> variables) {
    long count =
        variables.stream()
            .map(name -> graph.getVariable(name).getShape())
            .mapToLong(shape -> LongStream.of(shape).reduce(1, (a, b) -> a * b))
            .sum();
    return String.format(Locale.ROOT, "%,d", count);
  }

  private String text() {
    int[] widths =
        IntStream.range(0, HEADINGS.size())
            .map(column -> rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0))
            .toArray();
    return rows.stream()
        .map(
            row ->
                IntStream.range(0, widths.length)
                    .mapToObj(column -> padded(row.get(column), widths[column], column == 1))
                    .collect(Collectors.joining("  "))
                    .stripTrailing())
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static String padded(String text, int width, boolean toTheRight) {
    String space = " ".repeat(width - text.length());
    return toTheRight ? space + text : text + space;
  }
}
