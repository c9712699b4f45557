package org.owlore.cuda.lowering;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lombok.RequiredArgsConstructor;
import org.owlore.cuda.kernel.Index;
import org.owlore.cuda.kernel.Kernel;
import org.owlore.cuda.kernel.KernelBuilder;
import org.owlore.cuda.kernel.NumberType;
import org.owlore.cuda.kernel.Term;
import org.owlore.cuda.program.Instruction;

/** Writes what happens to each pair of an attention between its products. */
@RequiredArgsConstructor
final class AttentionKernels {
  private final FusedAttention attention;
  private final PlanArrays arrays;
  private final Storage storage;

  /**
   * Whether each score is made of its own product only, and each gradient of a product of its own
   * pair's numbers.
   */
  static boolean areLocal(FusedAttention attention, PlanArrays arrays) {
    Map<String, NumberType> types = new HashMap<>();
    attention.scoreSources().forEach(name -> note(name, arrays, types));
    attention.gradientSources().forEach(name -> note(name, arrays, types));
    AttentionKernels kernels =
        new AttentionKernels(attention, arrays, new Storage(Set.of(), types));
    return kernels.isLocal(kernels.score().kernel(), 1)
        && (attention.gradient() == null || kernels.isLocal(kernels.productGradient().kernel(), 2));
  }

  private static void note(String name, PlanArrays arrays, Map<String, NumberType> types) {
    types.put(name, NumberType.of(arrays.type(name).dataType()));
  }

  private boolean isLocal(Kernel kernel, int given) {
    List<Long> space = kernel.rows();
    Index own = kernel.stores().get(0).index();
    boolean alongColumns =
        space.get(space.size() - 1) == attention.products().pairs().columns()
            && kernel.rowCount() == attention.products().pairs().count();
    return alongColumns
        && kernel.terms().stream()
            .filter(Term.Load.class::isInstance)
            .map(Term.Load.class::cast)
            .filter(load -> load.parameter() < given)
            .allMatch(load -> load.row() == Term.NONE && load.index().equals(own));
  }

  /** From products to scores. */
  Instruction.Launch score() {
    return kernel("score", attention.scores(), List.of(attention.products().name()));
  }

  /** From the gradients of scores to those of products. */
  Instruction.Launch productGradient() {
    FusedAttention.Gradient gradient = attention.gradient();
    return kernel(
        "product_gradient",
        gradient.products(),
        List.of(attention.products().name(), gradient.scores()));
  }

  private Instruction.Launch kernel(String name, String result, List<String> given) {
    List<Long> space = arrays.type(result).shape();
    KernelWriter writer = new KernelWriter(name, space, List.of(), arrays, storage);
    given.forEach(writer::given);
    int written = writer.written(name + " of " + result, NumberType.FLOAT32);
    KernelBuilder kernel = writer.kernel();
    kernel.store(written, kernel.element(), writer.element(result, kernel.position()));
    return writer.launch();
  }
}
