package org.owlore.cuda.lowering;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import lombok.RequiredArgsConstructor;
import org.owlore.cuda.device.Attention;
import org.owlore.cuda.device.Attention.Matrix;
import org.owlore.cuda.device.Attention.Pass;
import org.owlore.cuda.kernel.NumberType;
import org.owlore.cuda.program.Instruction;

/** Writes the passes of one attention. */
@RequiredArgsConstructor
final class AttentionWriter {
  private final FusedAttention attention;
  private final AttentionKernels kernels;
  private final Conversions conversions;
  private final List<Instruction> instructions;

  /** The forward pass. */
  void output() {
    NumberType type = conversions.common(attention.operands());
    List<String> names = read(attention.operands(), type);
    String output = attention.output().name();
    names.add(conversions.written(output, type));
    add(Pass.OUTPUT, type, names);
    conversions.keep(output, type);
  }

  /** The backward pass: gradients that nobody needs go where nobody looks. */
  void gradient() {
    FusedAttention.Gradient gradient = attention.gradient();
    NumberType type = conversions.common(attention.gradientOperands());
    List<String> operands = read(attention.gradientOperands(), type);
    PairProduct.Pairs pairs = attention.products().pairs();
    String statistics =
        conversions.addScratch(
            attention.products().name() + "#statistics",
            NumberType.FLOAT32,
            Attention.STATISTICS * pairs.batches() * pairs.rows());
    List<String> rows = new ArrayList<>(operands);
    rows.add(result(gradient.query(), Matrix.QUERY_GRADIENT, type));
    rows.add(statistics);
    add(Pass.ROWS, type, rows);
    keep(gradient.query(), type);
    if (gradient.key() != null || gradient.value() != null) {
      List<String> columns = new ArrayList<>(operands);
      columns.add(statistics);
      columns.add(result(gradient.key(), Matrix.KEY_GRADIENT, type));
      columns.add(result(gradient.value(), Matrix.VALUE_GRADIENT, type));
      add(Pass.COLUMNS, type, columns);
      keep(gradient.key(), type);
      keep(gradient.value(), type);
    }
  }

  private List<String> read(List<String> operands, NumberType type) {
    List<String> names = new ArrayList<>();
    operands.forEach(operand -> names.add(conversions.read(operand, type)));
    return names;
  }

  private String result(PairSum result, Matrix matrix, NumberType type) {
    if (result != null) {
      return conversions.written(result.name(), type);
    }
    PairProduct.Pairs pairs = attention.products().pairs();
    long positions = matrix == Matrix.QUERY_GRADIENT ? pairs.rows() : pairs.columns();
    long depth =
        matrix == Matrix.VALUE_GRADIENT
            ? attention.value().depth()
            : attention.products().left().depth();
    return conversions.addScratch(
        attention.products().name() + "#" + matrix, type, pairs.batches() * positions * depth);
  }

  private void keep(PairSum result, NumberType type) {
    if (result != null) {
      conversions.keep(result.name(), type);
    }
  }

  private void add(Pass pass, NumberType type, List<String> names) {
    PairProduct.Pairs pairs = attention.products().pairs();
    Instruction.Launch score = kernels.score();
    List<String> all = new ArrayList<>(names);
    all.addAll(score.arrays().subList(2, score.arrays().size()));
    Attention.AttentionBuilder built =
        Attention.builder()
            .pass(pass)
            .batches(pairs.batches())
            .rows(pairs.rows())
            .columns(pairs.columns())
            .depth(attention.products().left().depth())
            .valueDepth(attention.value().depth())
            .operands(type)
            .transposed(transposed(pass))
            .score(score.kernel());
    if (pass != Pass.OUTPUT) {
      Instruction.Launch gradient = kernels.productGradient();
      all.addAll(gradient.arrays().subList(3, gradient.arrays().size()));
      built.productGradient(gradient.kernel());
    }
    instructions.add(new Instruction.Attend(built.build(), all));
  }

  private Set<Matrix> transposed(Pass pass) {
    Set<Matrix> transposed = EnumSet.noneOf(Matrix.class);
    addIf(attention.products().left().transposed(), Matrix.QUERY, transposed);
    addIf(attention.products().right().transposed(), Matrix.KEY, transposed);
    addIf(attention.value().transposed(), Matrix.VALUE, transposed);
    if (pass == Pass.OUTPUT) {
      addIf(attention.output().transposed(), Matrix.OUTPUT, transposed);
    } else {
      FusedAttention.Gradient gradient = attention.gradient();
      addIf(gradient.weights().left().transposed(), Matrix.OUTPUT_GRADIENT, transposed);
      addIf(isTransposed(gradient.query()), Matrix.QUERY_GRADIENT, transposed);
      addIf(isTransposed(gradient.key()), Matrix.KEY_GRADIENT, transposed);
      addIf(isTransposed(gradient.value()), Matrix.VALUE_GRADIENT, transposed);
    }
    return transposed;
  }

  private static boolean isTransposed(PairSum result) {
    return result != null && result.transposed();
  }

  private static void addIf(boolean holds, Matrix matrix, Set<Matrix> transposed) {
    if (holds) {
      transposed.add(matrix);
    }
  }
}
