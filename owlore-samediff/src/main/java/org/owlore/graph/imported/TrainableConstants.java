package org.owlore.graph.imported;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Tells the weights among a graph's constants, as importers of frozen graphs leave them: tables in
 * which ids are looked up, and what multiplies, shifts or scales an activation. Numbers, masks and
 * tables of rotary angles stay constants.
 */
final class TrainableConstants {
  private static final Set<String> PRODUCTS =
      Set.of("matmul", "mmul", "tensordot", "tensormmul", "xw_plus_b", "linear_layer", "conv1d");

  private static final Set<String> SHIFTS = Set.of("add", "biasadd", "subtract", "layer_norm");

  private static final Set<String> SCALES = Set.of("multiply", "divide", "realdiv", "layer_norm");

  private TrainableConstants() {}

  /** Makes variables of the constants that are weights; returns their names. */
  static List<String> convert(SameDiff graph, TokenFlow flow) {
    List<String> weights =
        Stream.concat(
                flow.tokenTables().keySet().stream(),
                flow.meetings().stream()
                    .filter(TrainableConstants::isWeight)
                    .map(TokenFlow.Meeting::name))
            .filter(name -> isConstant(graph.getVariable(name)))
            .toList();
    graph.convertToVariables(weights.stream().map(graph::getVariable).toList());
    return weights;
  }

  private static boolean isWeight(TokenFlow.Meeting meeting) {
    INDArray array = meeting.array();
    long axes = Arrays.stream(array.shape()).filter(size -> size > 1).count();
    if (axes == 0) {
      return false;
    }
    if (axes == 1) {
      return PRODUCTS.contains(meeting.operation())
          || SHIFTS.contains(meeting.operation())
          || SCALES.contains(meeting.operation());
    }
    return PRODUCTS.contains(meeting.operation())
        || SHIFTS.contains(meeting.operation()) && !isMask(array);
  }

  /** A mask that is added holds two numbers at most. */
  private static boolean isMask(INDArray array) {
    double smallest = array.minNumber().doubleValue();
    double largest = array.maxNumber().doubleValue();
    return array.neq(smallest).castTo(array.dataType()).sumNumber().longValue()
        == array.eq(largest).castTo(array.dataType()).sumNumber().longValue();
  }

  private static boolean isConstant(SDVariable variable) {
    return variable.getVariableType() == VariableType.CONSTANT;
  }
}
