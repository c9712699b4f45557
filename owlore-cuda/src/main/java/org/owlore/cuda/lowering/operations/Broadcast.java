package org.owlore.cuda.lowering.operations;

import java.util.ArrayList;
import java.util.List;
import org.owlore.cuda.kernel.Index;
import org.owlore.engine.ArrayType;

/** NumPy's rule: shapes are aligned at their ends, and a dimension of 1 is repeated. */
final class Broadcast {
  private Broadcast() {}

  /** Coordinates within an operand of an element of the result. */
  static List<Index> of(List<Index> result, ArrayType operand) {
    List<Index> coordinates = new ArrayList<>();
    int added = result.size() - operand.rank();
    for (int axis = 0; axis < operand.rank(); axis++) {
      boolean repeated = operand.shape().get(axis) == 1;
      coordinates.add(repeated ? Index.ZERO : result.get(axis + added));
    }
    return coordinates;
  }
}
