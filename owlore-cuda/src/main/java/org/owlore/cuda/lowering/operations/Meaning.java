package org.owlore.cuda.lowering.operations;

import java.util.List;
import java.util.Set;
import lombok.NonNull;
import org.owlore.cuda.kernel.Function;

/** What an operation does with its inputs. */
public sealed interface Meaning {

  /**
   * Each element is made from a few elements of the inputs; may be made anew wherever it is read.
   *
   * @param formulas one for each output
   */
  record Pointwise(@NonNull List<Formula> formulas) implements Meaning {

    /** Copies the list. */
    public Pointwise {
      formulas = List.copyOf(formulas);
    }
  }

  /**
   * Rows are reduced on the way; needs a kernel of its own.
   *
   * @param axes the dimensions of the input that form the columns, ascending
   * @param wide whether the output has the input's shape; else it has one element a row
   * @param formula made of an element's coordinates in the input; may reduce
   */
  record Rowwise(@NonNull List<Integer> axes, boolean wide, @NonNull Formula formula)
      implements Meaning {

    /** Copies the list. */
    public Rowwise {
      axes = List.copyOf(axes);
    }
  }

  /** The sum of each row of a matrix, times a factor. */
  static Meaning rowSums(double factor) {
    return Rows.sums(factor);
  }

  /**
   * A product of matrices, or of stacks of matrices.
   *
   * @param transposeLeft whether the last two dimensions of the first input are swapped
   * @param transposeRight whether the last two dimensions of the second input are swapped
   * @param factor of the product
   */
  record Product(boolean transposeLeft, boolean transposeRight, double factor) implements Meaning {}

  /**
   * Some rows of the first input change: output[indices[i]] = input[indices[i]] + or - rows[i].
   *
   * @param sign ADD or SUBTRACT
   */
  record Scatter(@NonNull Function sign) implements Meaning {}

  /**
   * One of the arrays that an attention makes.
   *
   * @param operands the arrays that it reads from memory
   * @param sources what else it is made of
   */
  record Attention(@NonNull Set<String> operands, @NonNull Set<String> sources) implements Meaning {

    /** Copies the sets. */
    public Attention {
      operands = Set.copyOf(operands);
      sources = Set.copyOf(sources);
    }
  }
}
