package org.owlore.engine;

import java.util.EnumMap;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Arrays for shape inference: any shape over one element of memory. ND4J looks at the shape only,
 * and memory of the true size would cost more than everything else in a compilation.
 */
final class ShapeOnly {
  private final Map<DataType, DataBuffer> elements = new EnumMap<>(DataType.class);

  INDArray array(ArrayType type) {
    DataBuffer element =
        elements.computeIfAbsent(type.dataType(), dataType -> Nd4j.createBuffer(dataType, 1, true));
    long[] shape = type.dimensions();
    return Nd4j.create(element, shape, Nd4j.getStrides(shape, 'c'), 0, 'c', type.dataType());
  }
}
