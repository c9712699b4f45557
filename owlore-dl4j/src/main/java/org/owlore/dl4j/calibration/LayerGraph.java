package org.owlore.dl4j.calibration;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.layers.samediff.AbstractSameDiffLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffOutputLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffVertex;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.array.SingleThreadArrayHolder;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The graph of a layer or vertex made with SameDiff, defined once more, so that anything on the way
 * through it can be computed and the layer's own graph is left alone.
 *
 * @param graph the graph
 * @param inputs names of its inputs, in order; the mask of each is called as {@link #mask} says
 * @param parameters names of its parameters
 */
record LayerGraph(SameDiff graph, List<String> inputs, Set<String> parameters) {
  private static final String INPUT = "input";
  private static final String LABELS = "labels";

  /**
   * Defines the graph.
   *
   * @param configuration of the layer, or the vertex's
   * @param type of parameters and inputs
   * @param shapes one an input; what is not known is -1
   */
  static LayerGraph of(Object configuration, DataType type, List<long[]> shapes) {
    SameDiff graph = SameDiff.create();
    graph.setArrayHolders(new SingleThreadArrayHolder(), new SingleThreadArrayHolder(), false);
    Map<String, SDVariable> inputs = new LinkedHashMap<>();
    Map<String, SDVariable> masks = new LinkedHashMap<>();
    List<String> names = inputs(configuration);
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      long[] shape = shapes.get(i);
      inputs.put(name, graph.placeHolder(name, type, shape));
      long[] unknown = new long[shape.length == 3 ? 2 : shape.length];
      Arrays.fill(unknown, -1);
      masks.put(name, graph.placeHolder(mask(name), type, unknown));
    }
    Map<String, SDVariable> parameters = new LinkedHashMap<>();
    parameters(configuration)
        .getParamShapes()
        .forEach((name, shape) -> parameters.put(name, graph.var(name, type, shape)));
    define(configuration, graph, inputs, parameters, masks);
    return new LayerGraph(graph, names, parameters.keySet());
  }

  private static List<String> inputs(Object configuration) {
    return configuration instanceof SameDiffVertex vertex
        ? List.copyOf(vertex.getVertexParams().getInputs())
        : List.of(INPUT);
  }

  private static SDLayerParams parameters(Object configuration) {
    return configuration instanceof SameDiffVertex vertex
        ? vertex.getVertexParams()
        : ((AbstractSameDiffLayer) configuration).getLayerParams();
  }

  private static void define(
      Object configuration,
      SameDiff graph,
      Map<String, SDVariable> inputs,
      Map<String, SDVariable> parameters,
      Map<String, SDVariable> masks) {
    if (configuration instanceof SameDiffVertex vertex) {
      vertex.defineVertex(graph, inputs, parameters, masks);
    } else if (configuration instanceof SameDiffOutputLayer output) {
      SDVariable labels = null;
      if (output.labelsRequired()) {
        labels = graph.placeHolder(LABELS, inputs.get(INPUT).dataType(), -1, -1);
      }
      output.defineLayer(graph, inputs.get(INPUT), labels, parameters);
    } else {
      ((SameDiffLayer) configuration)
          .defineLayer(graph, inputs.get(INPUT), parameters, masks.get(INPUT));
    }
  }

  /** Name of the mask of an input. */
  static String mask(String input) {
    return input + "_mask";
  }

  /** Every operation that reads a parameter. */
  List<DifferentialFunction> readers(String parameter) {
    List<DifferentialFunction> readers = new ArrayList<>();
    for (DifferentialFunction operation : graph.ops()) {
      if (arguments(operation).contains(parameter)) {
        readers.add(operation);
      }
    }
    return readers;
  }

  /** Names of what an operation reads. */
  List<String> arguments(DifferentialFunction operation) {
    return List.of(graph.getInputsForOp(operation));
  }

  /** Puts the layer's own arrays, as they are, in the place of the parameters. */
  void use(Map<String, INDArray> values) {
    values.forEach(
        (name, array) -> graph.associateArrayWithVariable(array, graph.getVariable(name)));
  }

  /** The array of a variable. */
  INDArray compute(String variable, Map<String, INDArray> placeholders) {
    if (placeholders.containsKey(variable)) {
      return placeholders.get(variable);
    }
    if (parameters.contains(variable) || graph.getVariable(variable).isConstant()) {
      return graph.getVariable(variable).getArr();
    }
    return graph.output(placeholders, variable).get(variable);
  }
}
