package org.owlore.onnx.operators;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.owlore.onnx.file.TensorReader;

/** All operators that can be imported, by their ONNX names. */
public final class Operators {
  private final Map<String, Operator> operators = new HashMap<>();

  /**
   * The operators.
   *
   * @param tensors reads the tensors that nodes carry
   */
  public Operators(TensorReader tensors) {
    Stream.of(
            Arithmetic.operators(),
            Functions.operators(),
            Logic.operators(),
            Shapes.operators(),
            Creation.operators(tensors),
            Selection.operators(),
            Lookup.operators(),
            Matrices.operators(),
            Reductions.operators(),
            Normalization.operators())
        .forEach(operators::putAll);
  }

  /** Whether an operator of the standard domain can be imported. */
  public boolean has(String name) {
    return operators.containsKey(name);
  }

  List<Value> apply(String name, Node node, ImportedGraph graph) {
    return operators.get(name).apply(node, graph);
  }
}
