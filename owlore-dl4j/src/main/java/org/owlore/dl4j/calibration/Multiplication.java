package org.owlore.dl4j.calibration;

import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.graph.Orientation;

/**
 * A parameter of a layer that multiplies something.
 *
 * @param key the parameter's name within the layer
 * @param input a name for what it multiplies; two parameters with the same name multiply the same
 * @param orientation how the matrix is stored
 * @param matrix the parameter as a matrix; a view where its memory allows it
 * @param reading shows what it multiplies
 */
record Multiplication(
    String key,
    String input,
    Orientation orientation,
    UnaryOperator<INDArray> matrix,
    InputReading reading) {

  /** A parameter that is a matrix {@code [in, out]} as it is. */
  static Multiplication of(String key, String input, InputReading reading) {
    return new Multiplication(key, input, Orientation.IN_OUT, UnaryOperator.identity(), reading);
  }

  /** A parameter {@code [out, ..]} whose further axes are all inputs. */
  static Multiplication outFirst(String key, String input, InputReading reading) {
    return new Multiplication(key, input, Orientation.OUT_IN, Multiplication::rows, reading);
  }

  /** All axes but the first as one. */
  static INDArray rows(INDArray parameter) {
    long rows = parameter.size(0);
    return parameter.rank() == 2
        ? parameter
        : parameter.reshape('c', new long[] {rows, parameter.length() / rows});
  }

  /** All axes but the last as one. */
  static INDArray columns(INDArray parameter) {
    long columns = parameter.size(parameter.rank() - 1);
    return parameter.rank() == 2
        ? parameter
        : parameter.reshape('c', new long[] {parameter.length() / columns, columns});
  }
}
