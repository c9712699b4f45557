package org.owlore.cuda.lowering;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import lombok.Builder;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.engine.Engine;
import org.owlore.engine.PlanRequest;
import org.owlore.graph.GraphPreparation;

/**
 * A graph with one attention. Trained are factors of queries, keys and values.
 *
 * @param transposesQuery whether queries lie as [batch, head, depth, rows]; likewise the others
 * @param sumsFromTheRight whether the output is computed on its side, values first
 * @param score from products to scores
 * @param loss from weights and output to the loss
 */
@Builder
record AttentionGraph(
    long rows,
    long columns,
    long depth,
    long valueDepth,
    boolean transposesQuery,
    boolean transposesKey,
    boolean transposesValue,
    boolean sumsFromTheRight,
    UnaryOperator<SDVariable> score,
    int softmaxAxis,
    BinaryOperator<SDVariable> loss,
    long seed) {
  private static final long BATCH = 2;
  private static final long HEADS = 3;

  static class AttentionGraphBuilder {
    private long rows = 5;
    private long columns = 7;
    private long depth = 4;
    private long valueDepth = 6;
    private UnaryOperator<SDVariable> score = products -> products.mul(0.5);
    private int softmaxAxis = -1;
    private BinaryOperator<SDVariable> loss = (weights, output) -> AttentionGraph.mean(output);
  }

  /** The mean of the squares, shifted so that the gradient is not small. */
  static SDVariable mean(SDVariable array) {
    SameDiff graph = array.getSameDiff();
    return graph.math.square(array.sub(1.5)).mean();
  }

  SameDiff build() {
    SameDiff graph = SameDiff.create();
    SDVariable query = operand(graph, "query", rows, depth, transposesQuery, 1);
    SDVariable key = operand(graph, "key", columns, depth, transposesKey, 2);
    SDVariable value = operand(graph, "value", columns, valueDepth, transposesValue, 3);
    SDVariable products = graph.mmul(query, key, transposesQuery, !transposesKey, false);
    SDVariable weights = graph.nn.softmax("weights", score.apply(products), softmaxAxis);
    SDVariable output =
        sumsFromTheRight
            ? graph.mmul("output", value, weights, !transposesValue, true, false)
            : graph.mmul("output", weights, value, false, transposesValue, false);
    loss.apply(weights, output).rename("loss");
    graph.setLossVariables("loss");
    GraphPreparation.prepare(graph);
    return graph;
  }

  private static SDVariable operand(
      SameDiff graph, String name, long positions, long depth, boolean transposed, int salt) {
    long[] shape = shape(positions, depth, transposed);
    SDVariable given = graph.placeHolder(name, DataType.FLOAT, shape);
    long[] factors = transposed ? new long[] {depth, 1} : new long[] {1, depth};
    Nd4j.getRandom().setSeed(salt);
    return given.mul(graph.var(name + " factor", Nd4j.rand(DataType.FLOAT, factors).addi(0.5)));
  }

  private static long[] shape(long positions, long depth, boolean transposed) {
    return transposed
        ? new long[] {BATCH, HEADS, depth, positions}
        : new long[] {BATCH, HEADS, positions, depth};
  }

  Map<String, INDArray> batch() {
    Nd4j.getRandom().setSeed(seed);
    Map<String, INDArray> batch = new HashMap<>();
    batch.put("query", Nd4j.randn(DataType.FLOAT, shape(rows, depth, transposesQuery)));
    batch.put("key", Nd4j.randn(DataType.FLOAT, shape(columns, depth, transposesKey)));
    batch.put("value", Nd4j.randn(DataType.FLOAT, shape(columns, valueDepth, transposesValue)));
    return batch;
  }

  PlanRequest request(String... trained) {
    Set<String> variables = new TreeSet<>();
    for (String name : trained) {
      variables.add(name + " factor");
    }
    return PlanRequest.builder()
        .output("loss")
        .trained(variables)
        .placeholders(Engine.types(batch()))
        .build();
  }
}
