package org.owlore.cuda.testing;

import org.owlore.cuda.device.MatrixProduct;
import org.owlore.cuda.device.Place;
import org.owlore.cuda.kernel.NumberType;

/** A product of matrices in plain loops, with sums in float32. */
record InterpretedProduct(MatrixProduct product, InterpretedDevice device) {

  void run(Place left, Place right, Place output) {
    for (int batch = 0; batch < product.batches(); batch++) {
      multiply(
          left.plus(bytes(product.operands(), batch * product.leftStride())),
          right.plus(bytes(product.operands(), batch * product.rightStride())),
          output.plus(bytes(product.output(), batch * product.outputStride())));
    }
  }

  private static long bytes(NumberType type, long elements) {
    return elements * type.getWidth();
  }

  private void multiply(Place left, Place right, Place output) {
    int rows = Math.toIntExact(product.rows());
    int columns = Math.toIntExact(product.columns());
    int inner = Math.toIntExact(product.inner());
    float[] a = read(left, rows, inner, product.transposeLeft());
    float[] b = read(right, inner, columns, product.transposeRight());
    write(output, multiplied(a, b, rows, inner, columns));
  }

  private static float[] multiplied(float[] a, float[] b, int rows, int inner, int columns) {
    float[] c = new float[rows * columns];
    for (int row = 0; row < rows; row++) {
      for (int k = 0; k < inner; k++) {
        float factor = a[row * inner + k];
        int start = k * columns;
        int target = row * columns;
        for (int column = 0; column < columns; column++) {
          c[target + column] += factor * b[start + column];
        }
      }
    }
    return c;
  }

  private float[] read(Place place, int rows, int columns, boolean transposed) {
    NumberType type = product.operands();
    InterpretedMemory memory = InterpretedMemory.of(device, place);
    int start = memory.first(place.offset(), bytes(type, (long) rows * columns));
    float[] numbers = new float[rows * columns];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        int element = transposed ? column * rows + row : row * columns + column;
        numbers[row * columns + column] = memory.real(type, start + element * type.getWidth());
      }
    }
    return numbers;
  }

  private void write(Place place, float[] numbers) {
    NumberType type = product.output();
    InterpretedMemory memory = InterpretedMemory.of(device, place);
    int start = memory.first(place.offset(), bytes(type, numbers.length));
    float factor = (float) product.factor();
    float keep = (float) product.keep();
    for (int i = 0; i < numbers.length; i++) {
      int element = start + i * type.getWidth();
      float result = factor * numbers[i];
      memory.putReal(
          type, element, keep == 0 ? result : result + keep * memory.real(type, element));
    }
  }
}
