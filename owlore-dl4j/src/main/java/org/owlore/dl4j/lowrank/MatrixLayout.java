package org.owlore.dl4j.lowrank;

import java.io.Serializable;
import java.util.Arrays;
import lombok.NonNull;
import lombok.Value;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;
import org.owlore.dl4j.network.Parameter;
import org.owlore.galore.GaLoreUpdater;

/**
 * How the numbers of one parameter, which lie one behind the other, make up a matrix. A kernel
 * [out, in, height, width] acts as [out, in * height * width], and where DL4J has the outputs last
 * in memory, as [in * width, out]; a parameter that is not projected is one row.
 */
@Value
@JsonAutoDetect(
    fieldVisibility = JsonAutoDetect.Visibility.ANY,
    getterVisibility = JsonAutoDetect.Visibility.NONE,
    isGetterVisibility = JsonAutoDetect.Visibility.NONE)
public class MatrixLayout implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Name within the layer, e.g. {@code W}. */
  String key;

  /** Rows, 1 for what is not projected. */
  long rows;

  /** Columns. */
  long columns;

  /** {@code c} when rows lie one behind the other in memory, {@code f} when columns do. */
  char order;

  /** A layout as it was saved. */
  @JsonCreator
  public MatrixLayout(
      @JsonProperty("key") @NonNull String key,
      @JsonProperty("rows") long rows,
      @JsonProperty("columns") long columns,
      @JsonProperty("order") char order) {
    this.key = key;
    this.rows = rows;
    this.columns = columns;
    this.order = order;
  }

  /** Plain AdamW's layout: one row. */
  static MatrixLayout row(Parameter parameter) {
    return new MatrixLayout(parameter.key(), 1, parameter.values().length(), 'c');
  }

  /**
   * The layout with which a parameter is projected, or one row if its matrix is too small for that.
   *
   * @param layer configuration of the parameter's layer
   * @throws IllegalArgumentException if the parameter's numbers lie neither by rows nor by columns
   */
  static MatrixLayout of(Parameter parameter, TrainingConfig layer, GaLoreUpdater settings) {
    if (parameter.values().rank() < 2) {
      return row(parameter);
    }
    long rows = rows(parameter.values(), layer);
    long columns = parameter.values().length() / rows;
    return settings.projects(rows, columns)
        ? new MatrixLayout(parameter.key(), rows, columns, order(parameter))
        : row(parameter);
  }

  private static long rows(INDArray values, TrainingConfig layer) {
    if (values.rank() > 2 && layer instanceof Convolution1DLayer) {
      // Called [out, in, width, 1], but used as [width, in, out].
      return values.length() / values.size(0);
    }
    if (values.rank() > 2 && layer instanceof DepthwiseConvolution2D) {
      return values.length() / values.size(-1);
    }
    if (values.rank() == 3) {
      // Attention's [heads, head size, inputs]: one matrix for all heads, not one row for each.
      return values.length() / values.size(2);
    }
    return values.size(0);
  }

  private static char order(Parameter parameter) {
    INDArray values = parameter.values();
    for (char order : new char[] {'f', 'c'}) {
      if (Arrays.equals(values.stride(), Nd4j.getStrides(values.shape(), order))) {
        return order;
      }
    }
    throw new IllegalArgumentException(
        "Parameter %s has strides %s, in which no matrix of shape %s lies without gaps: name its layer among those that are not projected."
            .formatted(
                parameter.name(),
                Arrays.toString(values.stride()),
                Arrays.toString(values.shape())));
  }

  /** Numbers of the parameter. */
  long length() {
    return rows * columns;
  }

  /** The matrix whose numbers begin at a position of a flat array; a view. */
  INDArray matrix(INDArray flat, long from) {
    return flat.get(NDArrayIndex.interval(from, from + length()))
        .reshape(order, new long[] {rows, columns});
  }

  @Override
  public String toString() {
    return "%s [%d, %d]".formatted(key, rows, columns);
  }
}
