package org.owlore.graph.layers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.graph.Layer;
import org.owlore.graph.LayerMap;
import org.owlore.graph.LinearWeight;

/** Whatever a graph looks like, its map is sound or it is refused. */
class AnyGraphTest {
  private static final long WIDTH = 4;

  /** Operations on arrays {@code [tokens, 4]} and weights, at random; sometimes in equal blocks. */
  private static SameDiff graph(Random random) {
    SameDiff graph = SameDiff.create();
    List<SDVariable> arrays = new ArrayList<>();
    SDVariable ids = graph.placeHolder("ids", DataType.INT32, -1);
    arrays.add(graph.gather(weight(graph, "table", 9, WIDTH), ids, 0));
    if (random.nextBoolean()) {
      arrays.add(graph.placeHolder("features", DataType.FLOAT, -1, WIDTH));
    }
    List<SDVariable> weights = new ArrayList<>();
    int operations = 1 + random.nextInt(12);
    for (int i = 0; i < operations; i++) {
      SDVariable left = arrays.get(random.nextInt(arrays.size()));
      SDVariable right = arrays.get(arrays.size() - 1);
      arrays.add(operation(graph, random, weights, left, right));
    }
    SDVariable last = arrays.get(arrays.size() - 1);
    long seed = random.nextLong();
    for (int block = random.nextInt(4); block > 0; block--) {
      Random same = new Random(seed);
      SDVariable inner = operation(graph, same, weights, last, last);
      last = last.add(operation(graph, same, weights, last, inner));
    }
    last.add("output", 1);
    return graph;
  }

  private static SDVariable operation(
      SameDiff graph, Random random, List<SDVariable> weights, SDVariable left, SDVariable right) {
    boolean fresh = weights.isEmpty() || random.nextInt(3) > 0;
    if (fresh) {
      String name =
          (random.nextBoolean() ? "layers." + random.nextInt(3) : "w") + "." + weights.size();
      weights.add(weight(graph, name, WIDTH, WIDTH));
    }
    SDVariable weight = weights.get(fresh ? weights.size() - 1 : random.nextInt(weights.size()));
    return switch (random.nextInt(8)) {
      case 0 -> right.mmul(weight);
      case 1 -> graph.mmul(left, weight, false, true, false).add(right);
      case 2 -> left.add(right);
      case 3 -> graph.math().tanh(right);
      case 4 -> right.mul(weight.sum(0));
      case 5 -> graph.nn().softmax(graph.mmul(left, right, false, true, false), 1).mmul(right);
      case 6 -> right.reshape(graph.shape(left)).mmul(weight.permute(1, 0).add(1));
      default -> graph.mmul(right.permute(1, 0), weight, true, false, false);
    };
  }

  private static SDVariable weight(SameDiff graph, String name, long... shape) {
    return graph.var(name, Nd4j.zeros(DataType.FLOAT, shape));
  }

  @Property(tries = 100)
  void aMapIsSoundOrRefused(@ForAll long seed) {
    SameDiff graph = graph(new Random(seed));
    Dataflow flow = new Dataflow(graph, "output");
    Weights weights = new Weights(flow, TokenSources.activations(flow));
    FoundLayers found;
    try {
      found = new LayerMapFinder(graph, "output").find();
    } catch (LayersNotFoundException refused) {
      assertThat(refused).hasMessageEndingWith(".");
      return;
    }
    LayerMap layers = found.layers();
    assertThat(listed(layers)).containsExactlyInAnyOrderElementsOf(weights.uses().keySet());
    for (Layer layer : layers.layers()) {
      assertThat(layer.variables()).isNotEmpty();
      assertThat(layer.input()).isNotEqualTo(layer.output());
      assertThat(layer.linears()).extracting(LinearWeight::input).doesNotContainNull();
    }
    for (int i = 1; i < layers.size(); i++) {
      assertThat(layers.layers().get(i).input()).isEqualTo(layers.layers().get(i - 1).output());
    }
  }

  private static List<String> listed(LayerMap layers) {
    return Stream.concat(
            layers.layers().stream().map(Layer::variables),
            Stream.of(layers.embedding(), layers.finalNorm(), layers.head()))
        .flatMap(List::stream)
        .toList();
  }
}
