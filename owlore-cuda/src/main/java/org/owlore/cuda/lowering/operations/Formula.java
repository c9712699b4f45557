package org.owlore.cuda.lowering.operations;

import java.util.List;
import org.owlore.cuda.kernel.Index;

/** How an element of an array is made. */
@FunctionalInterface
public interface Formula {

  /**
   * Adds what is needed to a kernel.
   *
   * @param coordinates of the element, one for each dimension of the array
   * @return the number of the term with the element
   */
  int at(List<Index> coordinates, Operands operands);
}
