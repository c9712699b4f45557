package org.owlore.cuda.execution;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import lombok.NonNull;
import lombok.RequiredArgsConstructor;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.cuda.device.Device;
import org.owlore.cuda.device.DeviceMemory;
import org.owlore.cuda.device.Place;
import org.owlore.graph.internals.GradientFunction;

/**
 * The arrays of a graph that are on the device: uploaded when they are asked for first, and kept,
 * whichever programs come and go.
 */
@RequiredArgsConstructor
public final class ResidentArrays implements AutoCloseable {
  private final Device device;
  private final SameDiff graph;
  private final Map<String, DeviceMemory> memories = new LinkedHashMap<>();

  /**
   * Where an array of the graph is.
   *
   * @throws org.owlore.cuda.device.OutOfDeviceMemoryException when there is no room for it
   */
  public Place place(@NonNull String name) {
    DeviceMemory memory = memories.get(name);
    if (memory == null) {
      memory = upload(array(name));
      memories.put(name, memory);
    }
    return memory.start();
  }

  /** Copies arrays back into the graph. */
  public void download(@NonNull Set<String> names) {
    names.stream().filter(memories::containsKey).forEach(this::download);
  }

  /** Bytes held. */
  public long bytes() {
    return memories.values().stream().mapToLong(DeviceMemory::bytes).sum();
  }

  @Override
  public void close() {
    memories.values().forEach(DeviceMemory::close);
    memories.clear();
  }

  private DeviceMemory upload(INDArray array) {
    DeviceMemory memory = device.allocate(array.length() * array.dataType().width());
    if (isContiguous(array)) {
      device.upload(array.data().addressPointer(), memory.start(), memory.bytes());
    } else {
      try (INDArray copy = array.dup('c')) {
        device.upload(copy.data().addressPointer(), memory.start(), memory.bytes());
      }
    }
    return memory;
  }

  private void download(String name) {
    INDArray array = array(name);
    DeviceMemory memory = memories.get(name);
    if (isContiguous(array)) {
      device.download(memory.start(), array.data().addressPointer(), memory.bytes()).await();
    } else {
      try (INDArray copy = Nd4j.createUninitialized(array.dataType(), array.shape(), 'c')) {
        device.download(memory.start(), copy.data().addressPointer(), memory.bytes()).await();
        array.assign(copy);
      }
    }
  }

  /** Constants that only the backward pass needs live in the gradient graph. */
  private INDArray array(String name) {
    SameDiff owner = graph.hasVariable(name) ? graph : GradientFunction.of(graph);
    return owner.getArrForVarName(name);
  }

  private static boolean isContiguous(INDArray array) {
    return Arrays.equals(array.stride(), Nd4j.getStrides(array.shape(), 'c'));
  }
}
