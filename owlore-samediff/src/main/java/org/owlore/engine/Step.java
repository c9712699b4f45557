package org.owlore.engine;

import java.util.List;
import lombok.NonNull;

/** One entry of a plan's list. */
public sealed interface Step {

  /** Names of the arrays that the step reads. */
  List<String> inputs();

  /**
   * Runs a native operation.
   *
   * @param operation what is computed
   * @param inputs names of the arrays it reads
   * @param outputs names of the arrays it makes
   */
  record Compute(
      @NonNull Operation operation, @NonNull List<String> inputs, @NonNull List<String> outputs)
      implements Step {

    /** Copies the lists. */
    public Compute {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
    }
  }

  /**
   * Hands a gradient to whoever updates the weight; both die or change here, so nothing after this
   * step reads either.
   *
   * @param variable the weight
   * @param gradient the array with its gradient, which the receiver may overwrite
   */
  record Update(@NonNull String variable, @NonNull String gradient) implements Step {
    @Override
    public List<String> inputs() {
      return List.of(gradient);
    }
  }

  /**
   * Shows an array to an observer as soon as it exists.
   *
   * @param array the array
   */
  record Visit(@NonNull String array) implements Step {
    @Override
    public List<String> inputs() {
      return List.of(array);
    }
  }
}
