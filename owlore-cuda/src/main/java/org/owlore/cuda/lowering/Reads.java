package org.owlore.cuda.lowering;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.owlore.cuda.kernel.Index;
import org.owlore.cuda.kernel.KernelBuilder;
import org.owlore.cuda.lowering.operations.Formula;
import org.owlore.cuda.lowering.operations.Meaning;
import org.owlore.cuda.lowering.operations.Operands;
import org.owlore.engine.ArrayType;

/**
 * Finds out which inputs an operation really reads: gradients often name an array of which only the
 * shape matters, and that would be kept in memory for nothing.
 */
final class Reads {
  private final PlanArrays arrays;
  private final PlanArrays.Maker maker;
  private final Set<String> origins = new LinkedHashSet<>();
  private final Set<String> originsInMemory = new LinkedHashSet<>();

  private Reads(PlanArrays arrays, PlanArrays.Maker maker) {
    this.arrays = arrays;
    this.maker = maker;
    probe();
  }

  static Reads of(PlanArrays arrays, PlanArrays.Maker maker) {
    return new Reads(arrays, maker);
  }

  /** The arrays that are read, views looked through. */
  Set<String> origins() {
    return origins;
  }

  /** Those of them that must lie in memory. */
  Set<String> originsInMemory() {
    return originsInMemory;
  }

  private void probe() {
    Meaning meaning = maker.meaning();
    if (meaning instanceof Meaning.Pointwise pointwise) {
      String output = maker.step().outputs().get(maker.output());
      probe(pointwise.formulas().get(maker.output()), arrays.type(output));
    } else if (meaning instanceof Meaning.Rowwise rowwise) {
      probe(rowwise.formula(), arrays.type(maker.step().inputs().get(0)));
    } else if (meaning instanceof Meaning.Product) {
      List.of(0, 1).forEach(input -> origins.add(origin(input)));
      originsInMemory.addAll(origins);
    } else if (meaning instanceof Meaning.Attention attention) {
      originsInMemory.addAll(attention.operands());
      origins.addAll(attention.operands());
      origins.addAll(attention.sources());
    } else {
      List.of(0, 1, 2).forEach(input -> origins.add(origin(input)));
    }
  }

  private String origin(int input) {
    return arrays.origin(maker.step().inputs().get(input));
  }

  private void probe(Formula formula, ArrayType type) {
    KernelBuilder kernel = new KernelBuilder("probe", type.shape(), List.of());
    formula.at(kernel.position(), new Recorder(kernel));
  }

  private final class Recorder implements Operands {
    private final KernelBuilder kernel;

    Recorder(KernelBuilder kernel) {
      this.kernel = kernel;
    }

    @Override
    public KernelBuilder kernel() {
      return kernel;
    }

    @Override
    public ArrayType type(int input) {
      return arrays.type(maker.step().inputs().get(input));
    }

    @Override
    public int element(int input, List<Index> coordinates) {
      origins.add(origin(input));
      return kernel.real(0);
    }

    @Override
    public int elementOfRow(int input, List<Index> coordinates, int axis, int position) {
      originsInMemory.add(origin(input));
      return element(input, coordinates);
    }
  }
}
