package org.owlore.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.graph.GraphPreparation;

/**
 * A small graph of random operations over random shapes, made of what SameDiff differentiates
 * rightly. Values stay between about -1 and 1, and weights are used more than once.
 */
public final class RandomGraph {
  private static final int OPERATIONS = 12;

  public final SameDiff graph = SameDiff.create();
  public final Map<String, INDArray> batch;
  public final List<String> weights = new ArrayList<>();
  private final Random random;
  private final List<Known> known = new ArrayList<>();

  /** An array of the graph and its shape. */
  private record Known(SDVariable variable, long... shape) {}

  public RandomGraph(long seed) {
    random = new Random(seed);
    long rows = 1 + random.nextInt(4);
    SDVariable input = graph.placeHolder("input", DataType.FLOAT, -1, 4);
    batch = Map.of("input", values(rows, 4));
    known.add(new Known(input, rows, 4));
    known.add(weight(3, 4));
    for (int i = 0; i < OPERATIONS; i++) {
      known.add(bounded(next()));
    }
    addLoss();
    GraphPreparation.prepare(graph);
  }

  private INDArray values(long... shape) {
    float[] entries = new float[(int) LongStream.of(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = (float) random.nextGaussian() / 2;
    }
    return Nd4j.createFromArray(entries).reshape(shape);
  }

  private Known weight(long... shape) {
    String name = "weight" + weights.size();
    weights.add(name);
    return new Known(graph.var(name, values(shape)), shape);
  }

  private Known any() {
    return known.get(random.nextInt(known.size()));
  }

  private Known bounded(Known made) {
    return random.nextInt(3) == 0 && made.shape.length > 0
        ? made
        : new Known(graph.math.tanh(made.variable), made.shape);
  }

  private Known next() {
    Known x = any();
    return switch (random.nextInt(9)) {
      case 0, 1 -> product(x);
      case 2 -> broadcast(x);
      case 3 -> combination(x);
      case 4 -> elementwise(x);
      case 5 -> reduction(x);
      case 6 -> rearrangement(x);
      case 7 -> part(x);
      default -> lookup();
    };
  }

  /** Never with a result of one entry, for which {@code matmul_bp} is wrong. */
  private Known product(Known given) {
    Known x = given.shape.length >= 2 ? given : matrix(given);
    int rank = x.shape.length;
    boolean transposeX = random.nextBoolean();
    boolean transposeY = random.nextBoolean();
    long inner = x.shape[transposeX ? rank - 2 : rank - 1];
    long rows = x.shape[transposeX ? rank - 1 : rank - 2];
    long columns = rows == 1 ? 2 + random.nextInt(3) : 1 + random.nextInt(4);
    long[] shapeY = x.shape.clone();
    shapeY[rank - 2] = transposeY ? columns : inner;
    shapeY[rank - 1] = transposeY ? inner : columns;
    SDVariable product =
        graph.mmul(x.variable, weight(shapeY).variable, transposeX, transposeY, false);
    long[] shape = x.shape.clone();
    shape[rank - 2] = rows;
    shape[rank - 1] = columns;
    return new Known(product, shape);
  }

  private Known matrix(Known x) {
    long length = length(x.shape);
    return new Known(x.variable.reshape(1, length), 1, length);
  }

  private static long length(long... shape) {
    return LongStream.of(shape).reduce(1, (a, b) -> a * b);
  }

  /** With a new weight of a shape that is broadcast, on either side. */
  private Known broadcast(Known x) {
    int dropped = random.nextInt(x.shape.length + 1);
    long[] shape = Arrays.copyOfRange(x.shape, dropped, x.shape.length);
    for (int axis = 0; axis < shape.length; axis++) {
      shape[axis] = random.nextInt(3) == 0 ? 1 : shape[axis];
    }
    SDVariable y = weight(shape).variable;
    return new Known(random.nextBoolean() ? binary(x.variable, y) : binary(y, x.variable), x.shape);
  }

  /** Of two arrays of the same shape, or of an array with itself. */
  private Known combination(Known x) {
    List<Known> alike =
        known.stream().filter(other -> Arrays.equals(other.shape, x.shape)).toList();
    Known y = alike.get(random.nextInt(alike.size()));
    if (random.nextBoolean() && x.shape.length > 0) {
      int axis = random.nextInt(x.shape.length);
      long[] shape = x.shape.clone();
      shape[axis] *= 2;
      return new Known(graph.concat(axis, x.variable, y.variable), shape);
    }
    return new Known(binary(x.variable, y.variable), x.shape);
  }

  private SDVariable binary(SDVariable x, SDVariable y) {
    return switch (random.nextInt(4)) {
      case 0 -> x.add(y);
      case 1 -> x.sub(y);
      case 2 -> x.mul(y);
      default -> x.div(graph.nn.sigmoid(y).add(0.5));
    };
  }

  private Known elementwise(Known x) {
    SDVariable v = x.variable;
    SDVariable result =
        switch (random.nextInt(12)) {
          case 0 -> graph.math.erf(v);
          case 1 -> graph.nn.sigmoid(v);
          case 2 -> graph.nn.gelu(v);
          case 3 -> graph.nn.swish(v);
          case 4 -> graph.math.pow(v, 2);
          case 5 -> v.neg();
          case 6 -> v.mul(1.5);
          case 7 -> v.add(0.25).sub(0.5);
          case 8 -> graph.math.sqrt(graph.math.square(v).add(0.3));
          case 9 -> graph.math.log(v.mul(v).add(0.5));
          case 10 -> x.shape.length == 0 ? v.rsub(1) : softmax(x);
          default -> graph.math.exp(v.div(4));
        };
    return new Known(result, x.shape);
  }

  private SDVariable softmax(Known x) {
    SDVariable softmax = graph.nn.softmax(x.variable, x.shape.length - 1);
    return random.nextBoolean() ? softmax : graph.math.log(softmax).div(4);
  }

  /** Over an axis of one entry, the session fails. */
  private Known reduction(Known x) {
    int axis = x.shape.length < 2 ? 0 : random.nextInt(x.shape.length);
    if (x.shape.length < 2 || x.shape[axis] == 1) {
      return elementwise(x);
    }
    boolean keep = random.nextBoolean();
    SDVariable result =
        random.nextBoolean() ? x.variable.mean(keep, axis) : x.variable.sum(keep, axis);
    long[] shape =
        IntStream.range(0, x.shape.length)
            .filter(i -> keep || i != axis)
            .mapToLong(i -> i == axis ? 1 : x.shape[i])
            .toArray();
    return new Known(result, shape);
  }

  private Known rearrangement(Known x) {
    if (random.nextBoolean()) {
      long[] shape =
          switch (random.nextInt(3)) {
            case 0 -> new long[] {length(x.shape)};
            case 1 -> LongStream.concat(LongStream.of(1), LongStream.of(x.shape)).toArray();
            default -> new long[] {length(x.shape), 1};
          };
      return shape.length > 4 ? elementwise(x) : new Known(x.variable.reshape(shape), shape);
    }
    List<Integer> axes = new ArrayList<>(IntStream.range(0, x.shape.length).boxed().toList());
    java.util.Collections.shuffle(axes, random);
    int[] order = axes.stream().mapToInt(Integer::intValue).toArray();
    return order.length < 2
        ? elementwise(x)
        : new Known(
            x.variable.permute(order), IntStream.of(order).mapToLong(i -> x.shape[i]).toArray());
  }

  /** Never of a single row and never down to one entry: {@code strided_slice_bp} is wrong there. */
  private Known part(Known x) {
    if (x.shape.length == 0 || x.shape.length == 2 && length(x.shape) == x.shape[1]) {
      return elementwise(x);
    }
    long[] begin = new long[x.shape.length];
    long[] end = x.shape.clone();
    long[] stride = new long[x.shape.length];
    Arrays.fill(stride, 1);
    int axis = random.nextInt(x.shape.length);
    begin[axis] = random.nextInt((int) x.shape[axis]);
    long[] shape = x.shape.clone();
    shape[axis] = end[axis] - begin[axis];
    if (length(shape) == 1) {
      return elementwise(x);
    }
    return new Known(graph.stridedSlice(x.variable, begin, end, stride), shape);
  }

  private Known lookup() {
    int width = 1 + random.nextInt(4);
    Known table = weight(5, width);
    int[] rows = random.ints(1 + random.nextInt(6), 0, 5).toArray();
    return new Known(
        graph.gather(table.variable, graph.constant(Nd4j.createFromArray(rows)), 0),
        rows.length,
        width);
  }

  /** Over all arrays that nothing reads, so that every weight has a gradient. */
  private void addLoss() {
    List<SDVariable> unread = new ArrayList<>();
    unread.add(graph.constant(Nd4j.createFromArray(1f, 2f)));
    known.stream()
        .map(Known::variable)
        .filter(last -> graph.getVariables().get(last.name()).getInputsForOp() == null)
        .forEach(last -> unread.add(last.reshape(-1)));
    SDVariable all = graph.concat(0, unread.toArray(SDVariable[]::new));
    all.mul(all.add(0.1)).mean("loss", 0);
    graph.setLossVariables("loss");
  }
}
