package org.owlore.cuda.lowering.operations;

import java.util.List;
import org.owlore.cuda.kernel.Index;
import org.owlore.cuda.kernel.KernelBuilder;
import org.owlore.engine.ArrayType;

/** The inputs of an operation within a kernel that is being built. */
public interface Operands {

  /** The kernel. */
  KernelBuilder kernel();

  /** Element type and shape of an input. */
  ArrayType type(int input);

  /**
   * The term with an element of an input.
   *
   * @param input which input, from 0
   * @param coordinates one for each of its dimensions
   */
  int element(int input, List<Index> coordinates);

  /**
   * The term with an element of an input that lies in memory, at a position that another term
   * names; no number (a real) or 0 where the input has no such position.
   *
   * @param input which input, from 0
   * @param coordinates one for each of its dimensions; 0 along the axis
   * @param axis the dimension along which the term counts
   * @param position number of an integer term
   */
  int elementOfRow(int input, List<Index> coordinates, int axis, int position);
}
