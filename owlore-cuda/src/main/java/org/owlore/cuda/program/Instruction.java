package org.owlore.cuda.program;

import java.util.ArrayList;
import java.util.List;
import lombok.NonNull;
import org.owlore.cuda.device.Attention;
import org.owlore.cuda.device.MatrixProduct;
import org.owlore.cuda.kernel.Kernel;

/** One entry of a program's list. */
public sealed interface Instruction {

  /** Names of the arrays whose content it needs. */
  List<String> reads();

  /** Names of the arrays that it changes. */
  List<String> writes();

  /**
   * Runs a kernel.
   *
   * @param kernel what to run
   * @param arrays one for each of its parameters
   */
  record Launch(@NonNull Kernel kernel, @NonNull List<String> arrays) implements Instruction {

    /** Copies the list. */
    public Launch {
      arrays = List.copyOf(arrays);
    }

    @Override
    public List<String> reads() {
      List<String> reads = new ArrayList<>(select(false));
      kernel.stores().stream()
          .filter(Kernel.Store::adds)
          .forEach(store -> reads.add(arrays.get(store.parameter())));
      return reads;
    }

    @Override
    public List<String> writes() {
      return select(true);
    }

    private List<String> select(boolean written) {
      List<String> selected = new ArrayList<>();
      for (int i = 0; i < arrays.size(); i++) {
        if (kernel.parameters().get(i).written() == written) {
          selected.add(arrays.get(i));
        }
      }
      return selected;
    }
  }

  /**
   * Multiplies matrices.
   *
   * @param product what to multiply
   * @param left the left operand
   * @param right the right operand
   * @param output the result
   */
  record Multiply(
      @NonNull MatrixProduct product,
      @NonNull String left,
      @NonNull String right,
      @NonNull String output)
      implements Instruction {
    @Override
    public List<String> reads() {
      return List.of(left, right);
    }

    @Override
    public List<String> writes() {
      return List.of(output);
    }
  }

  /**
   * Runs a pass over an attention.
   *
   * @param attention what to compute
   * @param arrays in the order that {@link Attention.Pass} tells
   */
  record Attend(@NonNull Attention attention, @NonNull List<String> arrays) implements Instruction {

    /** Copies the list. */
    public Attend {
      arrays = List.copyOf(arrays);
    }

    @Override
    public List<String> reads() {
      Attention.Pass pass = attention.pass();
      List<String> reads = new ArrayList<>(arrays.subList(0, pass.getRead()));
      reads.addAll(arrays.subList(pass.getNamed(), arrays.size()));
      return reads;
    }

    @Override
    public List<String> writes() {
      return arrays.subList(attention.pass().getRead(), attention.pass().getNamed());
    }
  }

  /**
   * Hands a gradient to the optimizer; nothing after this reads the weight or the gradient.
   *
   * @param variable the weight
   * @param gradient its gradient, float32, which may be overwritten
   */
  record Update(@NonNull String variable, @NonNull String gradient) implements Instruction {
    @Override
    public List<String> reads() {
      return List.of(variable, gradient);
    }

    @Override
    public List<String> writes() {
      return List.of();
    }
  }

  /**
   * Shows an array to an observer.
   *
   * @param name as in the plan
   * @param array whose elements it has, in the same order
   */
  record Visit(@NonNull String name, @NonNull String array) implements Instruction {
    @Override
    public List<String> reads() {
      return List.of(array);
    }

    @Override
    public List<String> writes() {
      return List.of();
    }
  }
}
