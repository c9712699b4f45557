package org.owlore.engine;

import java.util.EnumMap;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The memory that plans compute in: one arena for each element type, shared by all plans that run
 * one after another. It grows to the largest plan and stays.
 */
public final class Workspace implements AutoCloseable {
  private final Map<DataType, INDArray> arenas = new EnumMap<>(DataType.class);
  private int generation;

  /** Makes room for a plan; existing views become invalid when an arena has to grow. */
  void reserve(Map<DataType, Long> lengths) {
    lengths.forEach(
        (type, length) -> {
          INDArray arena = arenas.get(type);
          if (arena != null && arena.length() >= length) {
            return;
          }
          if (arena != null) {
            arena.close();
          }
          arenas.put(type, Nd4j.createUninitialized(type, length));
          generation++;
        });
  }

  /** Changes whenever views made before have become invalid. */
  int generation() {
    return generation;
  }

  /** An array of the given type that begins at an element of its arena. */
  INDArray view(ArrayType type, long offset) {
    long[] shape = type.dimensions();
    return Nd4j.create(
        arenas.get(type.dataType()).data(), shape, Nd4j.getStrides(shape, 'c'), offset, 'c');
  }

  /** Bytes held. */
  public long bytes() {
    return arenas.values().stream().mapToLong(a -> a.length() * a.dataType().width()).sum();
  }

  @Override
  public void close() {
    arenas.values().forEach(INDArray::close);
    arenas.clear();
    generation++;
  }
}
