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
  private final Set<Integer> inputs = new LinkedHashSet<>();
  private final Set<Integer> inMemory = new LinkedHashSet<>();

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
    return origins(inputs);
  }

  /** Those of them that must lie in memory. */
  Set<String> originsInMemory() {
    return origins(inMemory);
  }

  private Set<String> origins(Set<Integer> numbers) {
    Set<String> origins = new LinkedHashSet<>();
    numbers.forEach(input -> origins.add(arrays.origin(maker.step().inputs().get(input))));
    return origins;
  }

  private void probe() {
    Meaning meaning = maker.meaning();
    if (meaning instanceof Meaning.Pointwise pointwise) {
      String output = maker.step().outputs().get(maker.output());
      probe(pointwise.formulas().get(maker.output()), arrays.type(output));
    } else if (meaning instanceof Meaning.Rowwise rowwise) {
      probe(rowwise.formula(), arrays.type(maker.step().inputs().get(0)));
    } else if (meaning instanceof Meaning.Product) {
      inputs.addAll(List.of(0, 1));
      inMemory.addAll(inputs);
    } else {
      inputs.addAll(List.of(0, 1, 2));
    }
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
      inputs.add(input);
      return kernel.real(0);
    }

    @Override
    public int elementOfRow(int input, List<Index> coordinates, int axis, int position) {
      inMemory.add(input);
      return element(input, coordinates);
    }
  }
}
